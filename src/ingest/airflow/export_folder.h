/// The files of one Airflow export (tools/airflow-export lists them), checked before a byte of them is taken.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/json_items.h"

namespace dagy::ingest::airflow {

/// Which log files belong to one attempt.
struct LogPlace {
    std::string dag_id;
    std::string run_id;
    std::string task_id;  ///< without a map index
    int map_index = -1;
    int attempt = 1;
};

struct LogFile {
    std::string name;  ///< below `logs/`
    std::filesystem::path path;
    uint64_t bytes = 0;
};

struct LogFiles {
    std::vector<LogFile> files;  ///< the task's own first, then its triggers', by name
    bool refused = false;        ///< the ids lead out of the folder: nothing was opened
};

class ExportFolder {
  public:
    /// Throws kNotFound or kInvalidInput that say what is missing and what may have been meant (the parent of the
    /// export, a file of it …).
    explicit ExportFolder(std::filesystem::path folder);

    bool Has(std::string_view file) const;
    /// Hands every item of a file to `take`. A REST answer as it is (`{"dag_runs": […], "total_entries": 3}`) gives the
    /// elements of its list, without keys. Nothing for a file that is not there.
    void Read(std::string_view file, const std::function<void(JsonItem&)>& take) const;
    /// The one object that a small file holds; empty where there is no such file.
    json::object ReadObject(std::string_view file) const;

    LogFiles Logs(const LogPlace& place) const;
    /// How many attempts have a log file of their own below `logs/`: more than were asked for means logs of tasks that
    /// the export does not list.
    size_t CountAttemptLogs() const;

  private:
    std::filesystem::path folder_;
    std::filesystem::path logs_;  ///< canonical; empty: there are none
};

}  // namespace dagy::ingest::airflow
