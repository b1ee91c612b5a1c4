/// Finds which runs of other dags a run belongs to: by trigger, asset and external sensor.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/batch.h"

namespace dagy::ingest::airflow {

/// Is shown everything once, in any order, then asked.
class CrossDag {
  public:
    void SeeRun(const model::RunName& run, const std::optional<Time>& logical_date);
    /// `task_id` with its map index; `instance` as Airflow's REST has it.
    void SeeInstance(const model::RunName& run, const std::string& task_id, const json::object& instance);
    void SeeXcom(const model::RunName& run, const std::string& task_id, const std::string& key,
                 const json::value& value);
    void SeeAssetEvent(const json::object& event);

    std::vector<model::RunLink> Links() const;

  private:
    struct TaskOfRun {
        model::RunName run;
        std::string task_id;
        auto operator<=>(const TaskOfRun&) const = default;
    };
    struct Reach {
        std::string dag_id;                ///< of the other dag
        std::string run_id;                ///< of its run, if the task names it
        std::optional<Time> logical_date;  ///< of the task's own run
    };

    std::optional<model::RunName> ChildOf(const TaskOfRun& task, const Reach& reach) const;
    std::optional<model::RunName> AwaitedBy(const TaskOfRun& task, const Reach& reach) const;

    std::map<model::RunName, std::optional<Time>> runs_;
    std::map<std::pair<std::string, Time>, std::string> by_date_;
    std::map<TaskOfRun, Reach> triggers_;
    std::map<TaskOfRun, Reach> sensors_;
    std::map<TaskOfRun, std::string> child_ids_;   ///< XCom trigger_run_id
    std::map<TaskOfRun, model::RunName> awaited_;  ///< XCom _link_ExternalDagLink
    std::vector<model::RunLink> asset_links_;
};

/// What started the runs that a link leads to; a sensor starts nothing. Of several asset events the last one did.
std::map<model::RunName, model::TriggeredBy> Starters(const std::vector<model::RunLink>& links);

}  // namespace dagy::ingest::airflow
