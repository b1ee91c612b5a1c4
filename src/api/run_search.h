/// `GET /api/v1/dags/{dag_id}/runs`: runs of a dag by date, by phase status and by what their phases say.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "api/full_depth.h"
#include "api/run_finder.h"
#include "api/shapes.h"
#include "base/json.h"
#include "lake/lake.h"
#include "store/run_store.h"

namespace dagy::api {

/// What is asked of one phase.
struct PhaseFilter {
    std::string phase;           ///< event | extract | transform | load
    std::string status = "all";  ///< all | success | error | running | missing
    std::optional<std::string>
        keyword;  ///< case-insensitive substring of the phase's status, path or first 100 data rows
    bool Asks() const { return status != "all" || keyword; }
};

struct RunSearchQuery {
    std::string org;
    std::optional<std::string> deployment;
    std::string dag_id;
    std::string date_from, date_to;
    std::vector<std::string> run_ids;
    std::vector<PhaseFilter> phases;
    std::optional<int64_t> after_run_key;  ///< only runs that come after this one
    bool full_depth = false;               ///< keywords in every row, log line and error too; each run says where
    Paging paging;
};

/// Looks of full depth at once: each holds a worker.
constexpr int kFullDepthsMax = 3;

/// Thread-safe.
class RunSearch {
  public:
    RunSearch(store::RunStore& runs, lake::Lake& lake, RunFinder& finder, int days_max,
              std::chrono::milliseconds full_depth_time)
        : runs_(runs), lake_(lake), finder_(finder), days_max_(days_max), full_depth_time_(full_depth_time) {}

    /// SearchRunsResponse, newest first. Throws ProblemError 422 for a range that is turned around or longer than
    /// `days_max`, 504 for a full depth that takes longer than `full_depth_time`, kUnavailable where too many are at
    /// it.
    json::object Search(const RunSearchQuery& query);
    int days_max() const { return days_max_; }

  private:
    /// What is asked of each run, and where the keywords were found in the last one.
    struct Looking {
        std::vector<PhaseFilter> filters;
        FullDepth* depth = nullptr;  ///< nullptr: the head only
        json::array matches;
        bool truncated = false;
    };

    void CheckRange(const RunSearchQuery& query) const;
    json::object PageOf(store::RunQuery wanted, const RunSearchQuery& query, const std::string& default_deployment);
    json::object Filtered(store::RunQuery wanted, const RunSearchQuery& query, Looking& looking,
                          const std::string& default_deployment);
    /// `last`: of the page, where there is more after it.
    static json::object Body(json::array items, int64_t total, const Paging& paging,
                             const std::optional<model::Run>& last);
    bool Fits(const model::Run& run, const json::object& result, Looking& looking, bool shown);
    bool InDepth(const model::Run& run, const PhaseFilter& filter, Looking& looking, bool shown);
    bool HasKeyword(const model::Run& run, const json::object& phase, const PhaseFilter& filter);
    json::object ResultOf(const model::Run& run, const std::string& default_deployment);

    store::RunStore& runs_;
    lake::Lake& lake_;
    RunFinder& finder_;
    const int days_max_;
    const std::chrono::milliseconds full_depth_time_;
    std::counting_semaphore<> full_depths_{kFullDepthsMax};
};

}  // namespace dagy::api
