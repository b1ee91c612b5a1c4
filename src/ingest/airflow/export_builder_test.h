/// Small Airflow exports, written as airflow-export does; for tests.
#pragma once

#include <string>

#include "base/json.h"
#include "ingest/local_lake_test.h"

namespace dagy::ingest::airflow {

/// A dag `sales` with `extract` → `load`; the run `r1`, in which `load` failed in its second try.
class SmallExport {
  public:
    explicit SmallExport(const std::string& exported_at = "2026-11-23T12:00:00Z") {
        Put("airflow.json", json::object{{"exported_at", exported_at}, {"version", {{"version", "3.3.2"}}}});
        Put("dags.json",
            json::parse(
                R"j([{"dag_id":"sales","fileloc":"/dags/sales.py","timetable_summary":"0 4 * * *","is_paused":false,"is_stale":true,
            "dag_run_timeout":"PT1M30S","max_active_runs":16,"owners":["shop"],"file_token":"abc"}])j"));
        Put("tasks.json", json::parse(R"j({"sales":{"tasks":[
            {"task_id":"extract","downstream_task_ids":["load"],"operator_name":"@task","retries":0.0,"trigger_rule":"all_success","pool":"p1"},
            {"task_id":"load","downstream_task_ids":[],"retries":2.0,"class_ref":{"module_path":"x","class_name":"LoadOperator"},"is_mapped":true,
             "execution_timeout":{"__type":"TimeDelta","days":0,"seconds":300,"microseconds":0},"retry_delay":{"__type":"TimeDelta","days":1,"seconds":5,"microseconds":0}}],
            "total_entries":2}})j"));
        Put("dag_versions.json",
            json::parse(
                R"j({"sales":[{"version_number":2,"created_at":"2026-11-02T00:00:00Z"},{"version_number":1,"created_at":"2026-11-01T00:00:00Z"}]})j"));
        Put("dag_sources.json", json::parse(R"j({"sales":{"1":"old","2":"new"}})j"));
        Put("dag_runs.json", json::array{Run("r1", "failed")});
        Put("task_instances.json", json::array{Instance("extract", 1, "success"), Instance("load", 2, "failed")});
        Put("task_tries.json", json::object{{"sales|r1|load|-1", json::array{Instance("load", 1, "failed"),
                                                                             Instance("load", 2, "failed")}}});
    }

    static json::object Run(const std::string& run_id, const std::string& state) {
        return {{"dag_run_id", run_id},
                {"dag_id", "sales"},
                {"logical_date", "2026-11-19T02:00:00Z"},
                {"start_date", "2026-11-19T02:00:01Z"},
                {"state", state},
                {"run_type", "manual"},
                {"conf", {{"limit", 5}}},
                {"note", nullptr},
                {"triggered_by", "rest_api"},
                {"dag_versions", json::array{json::object{{"version_number", 2}}}}};
    }
    static json::object Instance(const std::string& task, int attempt, const std::string& state,
                                 const std::string& run = "r1") {
        return {{"task_id", task},
                {"dag_id", "sales"},
                {"dag_run_id", run},
                {"map_index", -1},
                {"logical_date", "2026-11-19T02:00:00Z"},
                {"start_date", "2026-11-19T02:00:02Z"},
                {"end_date", "2026-11-19T02:00:09Z"},
                {"state", state},
                {"try_number", attempt},
                {"max_tries", 2},
                {"operator", "_PythonDecoratedOperator"},
                {"operator_name", "@task"},
                {"pid", 77},
                {"rendered_fields", {{"op_args", json::array{}}}}};
    }

    void Put(const std::string& file, const json::value& value) {
        folder_.Write("airflow/" + file, json::serialize(value));
    }
    void PutText(const std::string& file, std::string_view text) { folder_.Write("airflow/" + file, text); }
    void PutLog(const std::string& task, int attempt, std::string_view text, const std::string& run = "r1",
                const std::string& ending = "") {
        folder_.Write("airflow/logs/dag_id=sales/run_id=" + run + "/task_id=" + task +
                          "/attempt=" + std::to_string(attempt) + ".log" + ending,
                      text);
    }
    void Remove(const std::string& file) { std::filesystem::remove_all(path() / file); }

    std::filesystem::path path() const { return folder_.path() / "airflow"; }
    std::filesystem::path parent() const { return folder_.path(); }

  private:
    TempFolder folder_;
};

/// A log line as Airflow 3 writes it.
inline std::string LogText(const std::string& event, const std::string& time = "2026-11-19T02:00:03.000000Z",
                           const std::string& level = "info") {
    return json::serialize(json::object{{"timestamp", time}, {"level", level}, {"event", event}, {"logger", "task"}}) +
           "\n";
}

}  // namespace dagy::ingest::airflow
