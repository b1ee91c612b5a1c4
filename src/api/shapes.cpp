#include "api/shapes.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"

namespace dagy::api {
namespace {

json::value Duration(const std::optional<Time>& from, const std::optional<Time>& to) {
    if (!from || !to || *to < *from) return nullptr;
    return SecondsBetween(*from, *to);
}

json::value TextOrNull(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value NumberOrNull(const std::optional<int>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

json::array Texts(const std::vector<std::string>& texts) {
    json::array list;
    for (const std::string& text : texts) list.push_back(json::value(text));
    return list;
}

json::value Success(std::string_view status) {
    if (status == "success") return true;
    if (status == "error") return false;
    return nullptr;
}

json::object NodeShape(const model::Task& task) {
    return {{"task_id", task.task_id},           {"downstream", Texts(task.downstream)},
            {"operator", task.operator_name},    {"phase", task.phase.empty() ? task.task_id : task.phase},
            {"trigger_rule", task.trigger_rule}, {"max_attempts", task.max_attempts},
            {"is_mapped", task.is_mapped},       {"is_setup", task.is_setup},
            {"is_teardown", task.is_teardown}};
}

}  // namespace

json::object RunListItem(const model::Run& run) {
    return {{"run_id", run.run_id},
            {"dag_id", run.dag_id},
            {"date", run.PartitionDate()},
            {"deployment_id", run.scope.deployment},
            {"dag_version", run.dag_version},
            {"run_type", run.run_type},
            {"state", model::Name(run.state)},
            {"logical_date", OrNull(run.logical_date)},
            {"started_at", OrNull(run.started_at)},
            {"ended_at", OrNull(run.ended_at)},
            {"duration_seconds", Duration(run.started_at, run.ended_at)}};
}

json::value CauseOf(const std::optional<std::string>& diagnosis) {
    if (!diagnosis) return nullptr;
    boost::system::error_code failed;
    const json::value parsed = json::parse(*diagnosis, failed);
    if (failed || !parsed.is_object()) return nullptr;
    const json::object& object = parsed.as_object();
    return {{"root_cause_type", OrNull(GetString(object, "root_cause_type"))},
            {"title", OrNull(GetString(object, "title"))},
            {"confidence", OrNull(GetDouble(object, "confidence"))}};
}

json::object PhaseShape(const model::PhaseSummary& phase, const std::string& data_path) {
    return {{"success", Success(phase.status)},
            {"message", phase.message},
            {"total", phase.total ? json::value(*phase.total) : json::value(nullptr)},
            {"status", phase.status.empty() ? "missing" : phase.status},
            {"attempt", phase.ref.attempt},
            {"log_count", phase.log_count},
            {"error_log_count", phase.error_log_count},
            {"s3_data_path", TextOrNull(data_path)}};
}

json::object SearchRunResult(const model::Run& run, const std::vector<model::PhaseSummary>& phases,
                             const std::string& default_deployment) {
    std::map<std::string_view, const model::PhaseSummary*> newest;
    int highest = 1;
    for (const model::PhaseSummary& phase : phases) {
        const model::PhaseSummary*& known = newest[phase.ref.phase];
        if (known == nullptr || known->ref.attempt < phase.ref.attempt) known = &phase;
        highest = std::max(highest, phase.ref.attempt);
    }
    json::object shown;
    for (const auto& [name, phase] : newest) {
        const bool has_data = phase->data_count > 0;
        shown[name] = PhaseShape(
            *phase, has_data ? lake::PhaseFolder(run, phase->ref.phase, phase->ref.attempt, default_deployment)
                             : std::string());
    }
    json::object result = RunListItem(run);
    result["attempt"] = highest;
    result["phases"] = std::move(shown);
    return result;
}

json::object TaskAttemptShape(const model::TaskAttempt& attempt) {
    return {{"task_id", attempt.task_id},
            {"mapped_of", TextOrNull(attempt.mapped_of)},
            {"map_index", attempt.map_index},
            {"attempt", attempt.attempt},
            {"max_attempts", attempt.max_attempts},
            {"state", model::Name(attempt.state)},
            {"original_state", attempt.original_state},
            {"phase", attempt.Phase()},
            {"operator", attempt.operator_name},
            {"started_at", OrNull(attempt.started_at)},
            {"ended_at", OrNull(attempt.ended_at)},
            {"duration_seconds", Duration(attempt.started_at, attempt.ended_at)},
            {"exit_code", NumberOrNull(attempt.exit_code)},
            {"signal", NumberOrNull(attempt.signal)},
            {"reason", TextOrNull(attempt.reason)}};
}

json::object GraphShape(const std::optional<model::DagVersion>& dag, const std::vector<model::TaskAttempt>& attempts) {
    json::array nodes, edges;
    std::set<std::string> known;
    if (dag) {
        for (const model::Task& task : dag->tasks) {
            known.insert(task.task_id);
            nodes.push_back(NodeShape(task));
            for (const std::string& to : task.downstream) edges.push_back({{"from", task.task_id}, {"to", to}});
        }
    }
    // A run can have tasks that its dag version lacks: an old run, or a dag that nobody described.
    for (const model::TaskAttempt& attempt : attempts) {
        if (!known.insert(attempt.BaseTask()).second) continue;
        nodes.push_back(NodeShape({.task_id = attempt.BaseTask(),
                                   .operator_name = attempt.operator_name,
                                   .max_attempts = attempt.max_attempts,
                                   .is_mapped = !attempt.mapped_of.empty()}));
    }
    json::object graph;
    graph["nodes"] = std::move(nodes);
    graph["edges"] = std::move(edges);
    return graph;
}

json::object LinkShape(const model::RunLink& link) {
    return {{"from_dag", link.from_dag},
            {"from_run", link.from_run},
            {"from_task", TextOrNull(link.from_task)},
            {"to_dag", link.to_dag},
            {"to_run", link.to_run},
            {"to_task", TextOrNull(link.to_task)},
            {"via", link.via},
            {"resource", TextOrNull(link.resource)}};
}

json::object DagShape(const store::DagSummary& dag) {
    return {{"dag_id", dag.dag_id},
            {"deployment_id", dag.deployment},
            {"version", dag.version},
            {"runs", dag.runs},
            {"failed_runs", dag.failed_runs},
            {"last_run", dag.last_run ? json::value(RunListItem(*dag.last_run)) : json::value(nullptr)},
            {"last_success_at", OrNull(dag.last_success_at)}};
}

json::object KeyShape(const store::Credential& key) {
    return {{"id", key.id},
            {"name", key.name},
            {"key_prefix", key.prefix},
            {"role", key.role},
            {"scopes", Texts(key.scopes)},
            {"created_at", FormatTime(key.created_at)},
            {"expires_at", OrNull(key.expires_at)}};
}

json::object PageBody(json::array items, int64_t total, const Paging& paging) {
    const bool more = paging.offset() + static_cast<int64_t>(items.size()) < total;
    json::object body;
    body["items"] = std::move(items);
    body["total"] = total;
    body["limit"] = paging.limit;
    body["page"] = paging.page;
    body["offset"] = paging.offset();
    body["has_more"] = more;
    return body;
}

}  // namespace dagy::api
