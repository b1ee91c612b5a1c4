/// dag_runs.json, task_instances.json, task_tries.json and xcoms.json.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "ingest/airflow/cross_dag.h"
#include "ingest/airflow/export_reader.h"
#include "ingest/airflow/members.h"

namespace dagy::ingest::airflow {

/// Reads what runs left. Call the three in this order: instances find their run by its date, XCom entries their
/// attempt.
class RunFiles {
  public:
    RunFiles(const ExportFolder& folder, Export& into, CrossDag& links) : folder_(folder), into_(into), links_(links) {}

    void ReadRuns();
    /// Every try of every instance is an attempt. A try that Airflow counts but does not list is FAILED (why else was
    /// there another?), with the extra `inferred`.
    void ReadInstances();
    void ReadXcoms();

  private:
    using InstanceKey = std::tuple<std::string, std::string, std::string, int>;  ///< dag, run, task, map index

    model::RunName RunOf(const json::object& object, Place place) const;
    model::AttemptOfRun AttemptOf(const json::object& instance, Place place);
    model::AttemptState StateOf(const json::object& instance, const model::RunName& run, const std::string& task);
    void AddInstance(const json::object& instance, Place place);
    void AddTry(const json::object& one, Place place);
    void AddUnlistedTries();

    const ExportFolder& folder_;
    Export& into_;
    CrossDag& links_;
    std::map<std::pair<std::string, Time>, std::string> run_by_date_;
    std::map<InstanceKey, size_t> several_tries_;  ///< where the instance stands in into_.attempts
    std::set<std::pair<InstanceKey, int>> listed_tries_;
};

/// `name[N]` of a mapped task, else its name.
std::string TaskLabel(const std::string& task_id, int map_index);

}  // namespace dagy::ingest::airflow
