/// How the runs of a dag fared: counts, rates and percentiles of days. Pure; knows no store.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/day_tally.h"
#include "store/diagnosis_store.h"

namespace dagy::api {

/// `p` in (0, 100] of `sorted` by the nearest rank (the smallest value with at least p % of all at or below it), so
/// that what is shown has happened. Requires: not empty.
double Percentile(const std::vector<double>& sorted, double p);

/// Adds up what a dag did over the days [from, to] and tells the body of DagStatistics, but for the members that
/// say what was asked.
class DagStatistics {
  public:
    DagStatistics(std::chrono::sys_days from, std::chrono::sys_days to);

    void Add(const store::DayTally& day);
    void Add(const store::DiagnosedRun& diagnosed);

    json::object Body();

  private:
    /// SUCCEEDED, FAILED, CANCELLED, and QUEUED with RUNNING.
    struct Counts {
        int64_t success = 0, failed = 0, cancelled = 0, running = 0;
        std::vector<int64_t> micros;  ///< of the successful ones
    };
    static void AddTo(Counts& counts, const store::DayTally& day);

    json::array Days();
    json::array Tasks();
    json::array Causes() const;

    const std::chrono::sys_days from_, to_;
    Counts all_;
    std::map<std::string, Counts> days_;
    std::map<std::string, store::TaskTally> tasks_;
    std::map<std::string, int64_t> causes_;
};

}  // namespace dagy::api
