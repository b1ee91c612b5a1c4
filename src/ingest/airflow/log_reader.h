/// Reads one Airflow log file line by line, in bounded memory (at most about 100 MB, for a line of 32 MiB; some hundred
/// KB for ordinary logs).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/airflow/log_line.h"
#include "ingest/byte_source.h"
#include "ingest/line_splitter.h"

namespace dagy::ingest::airflow {

/// Not thread-safe. Rows are numbered from 0 in the file's order; `task_id` is left empty.
class LogReader {
  public:
    /// Lines over this are not read as JSON: only their front is kept.
    static constexpr size_t kLineBytesMax = size_t{32} << 20;

    /// `context` is what the lines before the source's start left, when a file is continued.
    explicit LogReader(ByteSource& source, LineContext context = {});

    /// See LineSplitter.
    void HashInto(Sha256& hash) { splitter_.HashInto(hash); }
    void LeaveUnfinished() { splitter_.LeaveUnfinished(); }

    /// False at the end. Never fails because of what stands in the log.
    bool Next(LogLine& line);

    /// Bytes of the source that the lines so far have taken.
    uint64_t offset() const { return last_.end_offset; }
    /// The last line had a line end.
    bool last_ended() const { return last_.ended; }
    const LineContext& context() const { return context_; }

  private:
    LineSplitter splitter_;
    PhysicalLine last_;
    LineContext context_;
    std::string scratch_;
    int64_t rows_ = 0;
};

struct LogRecords {
    std::vector<model::LogRow> logs;
    std::vector<model::ErrorRow> errors;
};

/// A whole text at once; for tests and small logs.
LogRecords ReadLog(ByteSource& source);
LogRecords ReadLogText(std::string_view text);
/// Throws kNotFound where the file cannot be opened.
LogRecords ReadLogFile(const std::filesystem::path& file);

}  // namespace dagy::ingest::airflow
