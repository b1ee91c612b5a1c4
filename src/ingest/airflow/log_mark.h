/// How much of an attempt's log files has been taken in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/airflow/export_folder.h"
#include "ingest/airflow/log_line.h"
#include "model/batch.h"

namespace dagy::ingest::airflow {

struct FileMark {
    std::string name;  ///< file name alone: an export may lie elsewhere next time
    uint64_t bytes = 0;
    std::string sha256;   ///< of those bytes
    LineContext context;  ///< what they left for a line that says nothing of itself
};

/// A SourceProgress mark: JSON text.
struct LogMark {
    std::vector<FileMark> files;
    int64_t rows = 0;  ///< of all files

    std::string Encode() const;
    /// Throws kStorage for a mark that is none of ours.
    static LogMark Decode(const std::string& text);
    const FileMark* Find(const std::string& name) const;
};

/// `airflow:<dag>|<run>|<task>|<attempt>:log`; `|` and `%` inside the ids are percent-encoded.
std::string AttemptKey(const model::RunName& run, const std::string& task, int attempt, std::string_view what);

}  // namespace dagy::ingest::airflow
