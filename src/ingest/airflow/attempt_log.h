/// The log of one attempt: its own file and those of its triggers, in the order of time, from where an earlier import
/// stopped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "ingest/airflow/export_folder.h"
#include "ingest/airflow/log_mark.h"
#include "ingest/airflow/log_reader.h"

namespace dagy::ingest::airflow {

class AttemptLog {
  public:
    /// `taken` is what was taken in before. `ended`: the attempt is over, so that a last line without a line end is
    /// whole as well.
    AttemptLog(const LogFiles& files, LogMark taken, bool ended);
    ~AttemptLog();

    /// The next new line; false when there is none.
    bool Next(LogLine& line);
    /// What will have been taken in once the lines so far are.
    LogMark Mark();
    /// Files that are not what an earlier import read: nothing more is taken from them.
    const std::vector<std::string>& changed_files() const { return changed_; }

  private:
    class Side;

    Side* Earliest();

    LogMark taken_;
    int64_t rows_ = 0;
    std::vector<std::unique_ptr<Side>> sides_;
    std::vector<std::string> changed_;
};

}  // namespace dagy::ingest::airflow
