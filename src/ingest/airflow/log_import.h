/// Brings the logs of many attempts in, many small ones in one transaction, big ones in slices.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "ingest/airflow/attempt_log.h"
#include "ingest/airflow/importer.h"

namespace dagy::ingest::airflow {

struct LogImportLimits {
    size_t rows_max = size_t{1} << 17;    ///< of a batch: two row groups of a Parquet chunk that is written at once
    size_t bytes_max = size_t{48} << 20;  ///< of texts in a batch
    size_t attempts_max = 512;
};

class LogImport {
  public:
    LogImport(lake::Lake& lake, store::IngestStore& store, const model::Scope& scope, const ExportFolder& folder,
              ImportReport& report, LogImportLimits limits = {});

    /// Calls `told` after each batch, when it is durable, with the number of attempts that are done.
    void Run(const std::vector<model::AttemptOfRun>& attempts, const std::function<void(size_t done)>& told,
             const std::stop_token& stop);

    /// Attempts that have a log file of their own, taken in now or before.
    size_t logs_seen() const { return seen_.size(); }

  private:
    using Job = const model::AttemptOfRun*;

    /// An attempt's slice in the batch that is being filled.
    struct Slice {
        Job job = nullptr;
        bool is_first = false;  ///< of this import
        bool is_new = false;    ///< nothing of this log was in before
        bool finished = false;  ///< no line is left
        int64_t rows = 0;
        int64_t errors = 0;
    };

    void ImportOne(Job job);
    Slice TakeSlice(Job job, AttemptLog& log, std::optional<std::string>& mark);
    void PlaceErrors(model::RecordGroup& errors, Job job, int64_t first_row);
    bool Full() const;
    bool Flush();
    void Warn(const std::string& text);

    lake::Lake& lake_;
    store::IngestStore& store_;
    const ExportFolder& folder_;
    ImportReport& report_;
    LogImportLimits limits_;
    model::Batch batch_;
    size_t batch_rows_ = 0;
    size_t batch_bytes_ = 0;
    std::vector<Slice> slices_;
    std::deque<Job> todo_;
    std::function<void(size_t)> told_;
    std::stop_token stop_;
    size_t finished_ = 0;
    std::set<Job> seen_;
    int conflicts_ = 0;
};

}  // namespace dagy::ingest::airflow
