/// `GET /api/v1/dags/{dag_id}/runs`: runs of a dag by date, by phase status and by what their phases say.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <vector>

#include "api/full_depth.h"
#include "api/matches.h"
#include "api/run_finder.h"
#include "api/shapes.h"
#include "base/json.h"
#include "lake/lake.h"
#include "store/event_log.h"
#include "store/run_store.h"

namespace dagy::api {

/// A keyword that is asked of one phase.
struct PhaseFilter {
    model::EtlPhase phase = model::EtlPhase::kEvent;
    std::string keyword;  ///< case-insensitive substring of the phase's status, path or first 100 data rows
};

struct RunSearchQuery {
    std::string org;
    std::optional<std::string> deployment;
    std::string dag_id;
    std::string date_from, date_to;
    std::vector<std::string> run_ids;
    std::vector<store::PhaseCondition> statuses;
    std::vector<PhaseFilter> keywords;
    std::optional<int64_t> after_run_key;  ///< only runs that come after this one
    bool full_depth = false;               ///< keywords in every row, log line and error too; each run says where
    Paging paging;
};

class HeadKeywords;

/// Looks of full depth at once: each holds a worker.
constexpr int kFullDepthsMax = 3;

/// Thread-safe.
class RunSearch {
  public:
    RunSearch(store::RunStore& runs, lake::Lake& lake, store::EventLog& events, RunFinder& finder, int days_max,
              std::chrono::milliseconds full_depth_time)
        : runs_(runs),
          lake_(lake),
          events_(events),
          finder_(finder),
          days_max_(days_max),
          full_depth_time_(full_depth_time) {}

    /// SearchRunsResponse, newest first. Throws ProblemError 422 for a range that is turned around or longer than
    /// `days_max`, 504 for a full depth that takes longer than `full_depth_time`, kUnavailable where too many are at
    /// it.
    json::object Search(const RunSearchQuery& query);
    int days_max() const { return days_max_; }

  private:
    void CheckRange(const RunSearchQuery& query) const;
    json::object PageOf(store::RunQuery wanted, const RunSearchQuery& query, const std::string& default_deployment);
    json::object ByKeyword(const store::RunQuery& wanted, const RunSearchQuery& query, const HeadKeywords& keywords,
                           const std::string& default_deployment);
    json::object InDepth(store::RunQuery wanted, const RunSearchQuery& query, const HeadKeywords& keywords,
                         const std::string& default_deployment);
    std::shared_ptr<const Matches> MatchesOf(store::RunQuery wanted, const RunSearchQuery& query,
                                             const HeadKeywords& keywords);
    json::array ResultsOf(const std::vector<model::Run>& runs, const std::string& default_deployment);
    /// `last`: of the page, where there is more after it.
    static json::object Body(json::array items, int64_t total, const Paging& paging,
                             const std::optional<model::Run>& last);

    store::RunStore& runs_;
    lake::Lake& lake_;
    store::EventLog& events_;
    RunFinder& finder_;
    const int days_max_;
    const std::chrono::milliseconds full_depth_time_;
    std::counting_semaphore<> full_depths_{kFullDepthsMax};
    KnownMatches known_;
};

}  // namespace dagy::api
