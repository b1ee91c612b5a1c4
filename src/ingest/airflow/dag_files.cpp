#include "ingest/airflow/dag_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "ingest/airflow/duration.h"
#include "ingest/airflow/members.h"

namespace dagy::ingest::airflow {
namespace {

using model::DagVersion;
using model::Task;

/// What the four files say of one dag.
struct DagParts {
    json::object details;
    std::vector<Task> tasks;
    std::vector<json::object> versions;
    std::map<std::string, std::string> sources;  ///< by version
};

std::string OperatorName(const json::object& task) {
    std::string name = StringOr(task, "operator_name");
    if (name.empty())
        if (const json::object* cls = GetObject(task, "class_ref")) name = StringOr(*cls, "class_name");
    return name;
}

void PutSeconds(json::object& extras, std::string_view key) {
    const json::value* value = extras.if_contains(key);
    if (const auto seconds = DurationSeconds(value)) extras[key] = *seconds;
}

Task TaskOf(const json::object& from, Place place) {
    Task task;
    task.task_id = RequireString(from, {"task_id"}, place);
    if (const json::array* down = GetArray(from, "downstream_task_ids"))
        for (const json::value& id : *down)
            if (id.is_string()) task.downstream.emplace_back(id.get_string().data(), id.get_string().size());
    task.operator_name = OperatorName(from);
    task.trigger_rule = StringOr(from, "trigger_rule", "all_success");
    task.max_attempts = static_cast<int>(std::clamp<int64_t>(IntOr(from, "retries", 0), 0, 100000)) + 1;
    task.is_mapped = GetBool(from, "is_mapped").value_or(false);
    task.timeout_seconds = DurationSeconds(from.if_contains("execution_timeout"));
    task.pool = StringOr(from, "pool");
    task.queue = StringOr(from, "queue");
    task.is_setup = GetBool(from, "is_setup").value_or(false);
    // The REST answer has no such flag, but only teardown tasks have this rule.
    task.is_teardown = GetBool(from, "is_teardown").value_or(task.trigger_rule == "all_done_setup_success");
    task.extras = Leftovers(from, {"task_id", "downstream_task_ids", "operator_name", "trigger_rule", "retries",
                                   "is_mapped", "execution_timeout", "pool", "queue", "is_setup", "is_teardown",
                                   "ui_color", "ui_fgcolor", "task_display_name", "extra_links"});
    PutSeconds(task.extras, "retry_delay");
    PutSeconds(task.extras, "max_retry_delay");
    return task;
}

/// `{"tasks": […], "total_entries": 3}` as REST answers, or the list itself.
std::vector<Task> TasksOf(const json::value& value, Place place) {
    const json::array* list = value.if_array();
    if (const json::object* answer = value.if_object()) list = GetArray(*answer, "tasks");
    std::vector<Task> tasks;
    if (list == nullptr) return tasks;
    for (const json::value& task : *list) tasks.push_back(TaskOf(RequireObject(task, place), place));
    return tasks;
}

std::string ScheduleOf(const json::object& details) {
    if (auto summary = GetString(details, "timetable_summary")) return *summary;
    if (auto text = GetString(details, "schedule_interval")) return *text;
    const json::object* interval = GetObject(details, "schedule_interval");
    if (interval == nullptr) return {};
    if (auto text = GetString(*interval, "value")) return *text;
    const auto seconds = DurationSeconds(details.if_contains("schedule_interval"));
    return seconds ? fmt::format("every {} s", *seconds) : std::string();
}

json::object ExtrasOf(const json::object& details) {
    json::object extras = Leftovers(
        details, {"dag_id", "dag_display_name", "fileloc", "file_token", "timetable_summary", "schedule_interval",
                  "latest_dag_version", "is_paused", "is_stale", "is_active", "last_parsed", "last_parsed_time",
                  "last_parse_duration", "is_favorite", "active_runs_count", "owner_links"});
    if (const auto paused = GetBool(details, "is_paused")) extras["paused"] = *paused;
    if (const auto stale = GetBool(details, "is_stale")) extras["stale"] = *stale;
    if (const auto active = GetBool(details, "is_active")) extras["stale"] = !*active;
    PutSeconds(extras, "dag_run_timeout");
    return extras;
}

std::map<std::string, DagParts> CollectParts(const ExportFolder& folder) {
    std::map<std::string, DagParts> parts;
    size_t item = 0;
    folder.Read("dags.json", [&](JsonItem& dag) {
        const Place place{"dags.json", ++item};
        const json::object& details = RequireObject(dag.value, place);
        parts[RequireString(details, {"dag_id"}, place)].details = details;
    });
    item = 0;
    folder.Read("tasks.json",
                [&](JsonItem& dag) { parts[dag.key].tasks = TasksOf(dag.value, {"tasks.json", ++item}); });
    folder.Read("dag_versions.json", [&](JsonItem& dag) {
        if (!dag.value.is_array()) return;
        for (const json::value& version : dag.value.get_array())
            if (version.is_object()) parts[dag.key].versions.push_back(version.get_object());
    });
    folder.Read("dag_sources.json", [&](JsonItem& dag) {
        if (!dag.value.is_object()) return;
        for (const auto& [version, source] : dag.value.get_object())
            if (source.is_string()) parts[dag.key].sources[std::string(version)] = std::string(source.get_string());
    });
    return parts;
}

/// A name that changes with the graph or the source and with nothing else.
std::string ContentVersion(const DagVersion& dag) {
    std::string text = dag.source;
    for (const Task& task : dag.tasks) text += fmt::format("\n{}>{}", task.task_id, fmt::join(task.downstream, ","));
    return Sha256Hex(text).substr(0, 12);
}

DagVersion BaseOf(const std::string& dag_id, const DagParts& parts) {
    DagVersion dag;
    dag.dag_id = dag_id;
    dag.schedule = ScheduleOf(parts.details);
    dag.source_file = StringOr(parts.details, "fileloc");
    dag.tasks = parts.tasks;
    dag.extras = ExtrasOf(parts.details);
    return dag;
}

/// Versions in their order, the newest last.
std::map<int64_t, std::optional<Time>> VersionNumbers(const DagParts& parts) {
    std::map<int64_t, std::optional<Time>> numbers;
    for (const json::object& version : parts.versions)
        if (const auto number = GetInt(version, "version_number")) numbers[*number] = GetTime(version, "created_at");
    if (const json::object* latest = GetObject(parts.details, "latest_dag_version"))
        if (const auto number = GetInt(*latest, "version_number"))
            numbers.emplace(*number, GetTime(*latest, "created_at"));
    return numbers;
}

void AddUnversioned(const std::string& dag_id, const DagParts& parts, Export& into) {
    DagVersion dag = BaseOf(dag_id, parts);
    if (!parts.sources.empty()) dag.source = parts.sources.rbegin()->second;
    dag.version = ContentVersion(dag);
    dag.created_at = into.exported_at;
    into.dags.push_back(std::move(dag));
}

void AddVersions(const std::string& dag_id, const DagParts& parts, Export& into) {
    const auto numbers = VersionNumbers(parts);
    if (numbers.empty()) return AddUnversioned(dag_id, parts, into);
    const std::string newest = std::to_string(numbers.rbegin()->first);
    const DagVersion base = BaseOf(dag_id, parts);
    for (const auto& [number, created_at] : numbers) {
        DagVersion dag = base;
        dag.version = std::to_string(number);
        dag.created_at = created_at;
        if (const auto source = parts.sources.find(dag.version); source != parts.sources.end())
            dag.source = source->second;
        if (dag.version != newest) dag.extras["tasks_of_version"] = newest;
        into.dags.push_back(std::move(dag));
    }
}

}  // namespace

void ReadDags(const ExportFolder& folder, Export& into) {
    for (const auto& [dag_id, parts] : CollectParts(folder)) AddVersions(dag_id, parts, into);
}

}  // namespace dagy::ingest::airflow
