/// How the runs of a dag fared: counts, rates and percentiles of samples. Pure; knows no store.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::api {

/// `p` in (0, 100] of `sorted` by the nearest rank (the smallest value with at least p % of all at or below it), so
/// that what is shown has happened. Requires: not empty.
double Percentile(const std::vector<double>& sorted, double p);

/// Collects samples of a dag over the days [from, to] and tells the body of DagStatistics, but for the members that
/// say what was asked.
class DagStatistics {
  public:
    DagStatistics(std::chrono::sys_days from, std::chrono::sys_days to);

    void Add(const store::RunSample& run);
    void Add(const store::AttemptSample& attempt);
    void Add(const store::DiagnosedRun& diagnosed);

    json::object Body();

  private:
    /// SUCCEEDED, FAILED, CANCELLED, and QUEUED with RUNNING.
    struct Counts {
        int64_t success = 0, failed = 0, cancelled = 0, running = 0;
        std::vector<double> seconds;  ///< of the successful ones
        void Count(const store::RunSample& run);
    };
    struct TaskCounts {
        int64_t attempts = 0, success = 0, failed = 0, retried = 0;
        std::vector<double> seconds;
    };

    json::array Days();
    json::array Tasks();
    json::array Causes() const;

    const std::chrono::sys_days from_, to_;
    Counts all_;
    std::map<std::string, Counts> days_;
    std::map<std::string, TaskCounts> tasks_;
    std::map<std::string, int64_t> causes_;
};

}  // namespace dagy::api
