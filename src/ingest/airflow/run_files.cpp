#include "ingest/airflow/run_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace dagy::ingest::airflow {
namespace {

using model::AttemptOfRun;
using model::AttemptState;
using model::Run;
using model::RunName;
using model::TaskAttempt;

/// Versions that the run went through, oldest first.
std::vector<int64_t> VersionsOf(const json::object& run) {
    std::vector<int64_t> numbers;
    if (const json::array* versions = GetArray(run, "dag_versions"))
        for (const json::value& version : *versions)
            if (const json::object* object = version.if_object())
                if (const auto number = GetInt(*object, "version_number")) numbers.push_back(*number);
    std::ranges::sort(numbers);
    return numbers;
}

json::object RunExtras(const json::object& from, const std::vector<int64_t>& versions) {
    json::object extras = Leftovers(
        from, {"dag_run_id", "run_id", "dag_id", "dag_display_name", "logical_date", "execution_date", "queued_at",
               "start_date", "end_date", "duration", "state", "run_type", "conf", "dag_versions"});
    if (versions.size() > 1) extras["dag_versions"] = json::value_from(versions);
    return extras;
}

json::object AttemptExtras(const json::object& from) {
    json::object extras = Leftovers(from, {"id",
                                           "task_id",
                                           "dag_id",
                                           "dag_run_id",
                                           "run_id",
                                           "map_index",
                                           "logical_date",
                                           "execution_date",
                                           "run_after",
                                           "start_date",
                                           "end_date",
                                           "duration",
                                           "state",
                                           "try_number",
                                           "max_tries",
                                           "task_display_name",
                                           "dag_display_name",
                                           "hostname",
                                           "pool",
                                           "queue",
                                           "operator",
                                           "operator_name",
                                           "queued_when",
                                           "scheduled_when",
                                           "executor_config",
                                           "dag_version"});
    if (const json::object* version = GetObject(from, "dag_version"))
        if (const auto number = GetInt(*version, "version_number")) extras["dag_version"] = *number;
    // "_PythonDecoratedOperator" beside "@task": sensors and triggers are known by their class.
    if (const std::string cls = StringOr(from, "operator"); !cls.empty() && cls != StringOr(from, "operator_name", cls))
        extras["operator_class"] = cls;
    return extras;
}

int Whole(const json::object& object, std::string_view key, int otherwise) {
    return static_cast<int>(std::clamp<int64_t>(IntOr(object, key, otherwise), INT32_MIN, INT32_MAX));
}

}  // namespace

std::string TaskLabel(const std::string& task_id, int map_index) {
    return map_index >= 0 ? fmt::format("{}[{}]", task_id, map_index) : task_id;
}

void RunFiles::ReadRuns() {
    size_t item = 0;
    folder_.Read("dag_runs.json", [&](JsonItem& one) {
        const Place place{"dag_runs.json", ++item};
        const json::object& from = RequireObject(one.value, place);
        Run run;
        run.dag_id = RequireString(from, {"dag_id"}, place);
        run.run_id = RequireString(from, {"dag_run_id", "run_id"}, place);
        run.original_state = StringOr(from, "state");
        const auto state = model::RunStateFromAirflow(run.original_state);
        if (!state)
            into_.Warn(fmt::format("run {} of {} has the unknown state '{}': taken as QUEUED", run.run_id, run.dag_id,
                                   run.original_state));
        run.state = state.value_or(model::RunState::kQueued);
        run.run_type = StringOr(from, "run_type");
        run.logical_date = FirstTime(from, {"logical_date", "execution_date"});
        run.queued_at = GetTime(from, "queued_at");
        run.started_at = GetTime(from, "start_date");
        run.ended_at = GetTime(from, "end_date");
        run.observed_at = into_.exported_at;
        if (const json::object* conf = GetObject(from, "conf")) run.parameters = *conf;
        const auto versions = VersionsOf(from);
        if (!versions.empty()) run.dag_version = std::to_string(versions.back());
        run.extras = RunExtras(from, versions);
        links_.SeeRun({run.dag_id, run.run_id}, run.logical_date);
        if (run.logical_date) run_by_date_.emplace(std::pair(run.dag_id, *run.logical_date), run.run_id);
        into_.runs.push_back(std::move(run));
    });
}

/// Early Airflow 2 names a run by its date alone.
RunName RunFiles::RunOf(const json::object& object, Place place) const {
    RunName run{.dag_id = RequireString(object, {"dag_id"}, place), .run_id = {}};
    for (const std::string_view name : {"dag_run_id", "run_id"})
        if (run.run_id.empty()) run.run_id = StringOr(object, name);
    if (!run.run_id.empty()) return run;
    if (const auto date = FirstTime(object, {"logical_date", "execution_date"}))
        if (const auto found = run_by_date_.find({run.dag_id, *date}); found != run_by_date_.end())
            run.run_id = found->second;
    if (run.run_id.empty()) run.run_id = RequireString(object, {"dag_run_id", "run_id"}, place);
    return run;
}

AttemptState RunFiles::StateOf(const json::object& instance, const RunName& run, const std::string& task) {
    const std::string word = StringOr(instance, "state");
    const auto state = model::AttemptStateFromAirflow(word);
    if (!state)
        into_.Warn(
            fmt::format("task {} of run {} has the unknown state '{}': taken as QUEUED", task, run.run_id, word));
    return state.value_or(AttemptState::kQueued);
}

AttemptOfRun RunFiles::AttemptOf(const json::object& from, Place place) {
    AttemptOfRun of{.run = RunOf(from, place), .attempt = {}};
    TaskAttempt& a = of.attempt;
    const std::string task = RequireString(from, {"task_id"}, place);
    a.map_index = std::max(Whole(from, "map_index", -1), -1);
    a.task_id = TaskLabel(task, a.map_index);
    if (a.map_index >= 0) a.mapped_of = task;
    a.attempt = std::max(Whole(from, "try_number", 1), 1);
    a.original_state = StringOr(from, "state");
    a.state = StateOf(from, of.run, a.task_id);
    if (a.state == AttemptState::kUpstreamFailed) a.reason = "upstream_failed";
    a.scheduled_at = GetTime(from, "scheduled_when");
    a.queued_at = GetTime(from, "queued_when");
    a.started_at = GetTime(from, "start_date");
    a.ended_at = GetTime(from, "end_date");
    a.observed_at = into_.exported_at;
    a.max_attempts = std::max({Whole(from, "max_tries", 0) + 1, a.attempt, 1});
    a.operator_name = StringOr(from, "operator_name", StringOr(from, "operator"));
    a.host = StringOr(from, "hostname");
    a.pool = StringOr(from, "pool");
    a.queue = StringOr(from, "queue");
    a.extras = AttemptExtras(from);
    return of;
}

void RunFiles::AddInstance(const json::object& instance, Place place) {
    AttemptOfRun of = AttemptOf(instance, place);
    const TaskAttempt& a = of.attempt;
    links_.SeeInstance(of.run, a.task_id, instance);
    if (a.attempt > 1)
        several_tries_[{of.run.dag_id, of.run.run_id, a.BaseTask(), a.map_index}] = into_.attempts.size();
    into_.attempts.push_back(std::move(of));
}

void RunFiles::AddTry(const json::object& one, Place place) {
    AttemptOfRun of = AttemptOf(one, place);
    const InstanceKey key{of.run.dag_id, of.run.run_id, of.attempt.BaseTask(), of.attempt.map_index};
    const auto instance = several_tries_.find(key);
    // The instance itself says more of its last try.
    if (instance != several_tries_.end() && into_.attempts[instance->second].attempt.attempt == of.attempt.attempt)
        return;
    if (!listed_tries_.insert({key, of.attempt.attempt}).second) return;
    into_.attempts.push_back(std::move(of));
}

void RunFiles::AddUnlistedTries() {
    constexpr int kTriesMax = 1000;  // a broken number must not make a million attempts
    for (const auto& [key, at] : several_tries_)
        for (int number = 1; number < std::min(into_.attempts[at].attempt.attempt, kTriesMax); ++number) {
            if (listed_tries_.contains({key, number})) continue;
            AttemptOfRun of{.run = into_.attempts[at].run, .attempt = {}};
            const TaskAttempt& last = into_.attempts[at].attempt;
            of.attempt.task_id = last.task_id;
            of.attempt.mapped_of = last.mapped_of;
            of.attempt.map_index = last.map_index;
            of.attempt.attempt = number;
            of.attempt.state = AttemptState::kFailed;
            of.attempt.observed_at = into_.exported_at;
            of.attempt.max_attempts = last.max_attempts;
            of.attempt.operator_name = last.operator_name;
            of.attempt.extras["inferred"] = true;
            into_.attempts.push_back(std::move(of));
        }
}

void RunFiles::ReadInstances() {
    size_t item = 0;
    folder_.Read("task_instances.json", [&](JsonItem& one) {
        const Place place{"task_instances.json", ++item};
        AddInstance(RequireObject(one.value, place), place);
    });
    item = 0;
    folder_.Read("task_tries.json", [&](JsonItem& tries) {
        const Place place{"task_tries.json", ++item};
        const json::array* list = tries.value.if_array();
        if (const json::object* answer = tries.value.if_object()) list = GetArray(*answer, "task_instances");
        if (list == nullptr) return;
        for (const json::value& one : *list) AddTry(RequireObject(one, place), place);
    });
    AddUnlistedTries();
}

void RunFiles::ReadXcoms() {
    size_t item = 0;
    folder_.Read("xcoms.json", [&](JsonItem& one) {
        const Place place{"xcoms.json", ++item};
        const json::object& from = RequireObject(one.value, place);
        ExportedXcom xcom{.run = RunOf(from, place), .phase = {}, .row = {}};
        const std::string task = RequireString(from, {"task_id"}, place);
        const int map_index = std::max(Whole(from, "map_index", -1), -1);
        xcom.phase = TaskLabel(task, map_index);
        const auto last = several_tries_.find({xcom.run.dag_id, xcom.run.run_id, task, map_index});
        if (last != several_tries_.end()) xcom.attempt = into_.attempts[last->second].attempt.attempt;
        const json::value* value = from.if_contains("value");
        const std::string key = StringOr(from, "key");
        links_.SeeXcom(xcom.run, xcom.phase, key, value != nullptr ? *value : json::value());
        xcom.row.columns = {{"key", key},
                            {"value", value != nullptr ? *value : json::value()},
                            {"timestamp", StringOr(from, "timestamp")}};
        into_.xcoms.push_back(std::move(xcom));
    });
}

}  // namespace dagy::ingest::airflow
