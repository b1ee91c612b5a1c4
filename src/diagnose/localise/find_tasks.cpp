#include <algorithm>

#include "diagnose/localise.h"
#include "diagnose/localise/cross_dag.h"
#include "diagnose/localise/run_graph.h"

namespace dagy::diagnose {

namespace {

using model::AttemptState;

bool FailedByItself(const model::TaskAttempt& attempt) {
    return attempt.state == AttemptState::kFailed || attempt.state == AttemptState::kTimedOut;
}

TaskFinding Describe(const RunGraph& run, Graph::Node node, const model::TaskAttempt& last, Role role) {
    TaskFinding task;
    task.dag_id = run.run().run.dag_id;
    task.run_id = run.run().run.run_id;
    task.task_id = last.task_id;
    task.base_task = last.BaseTask();
    task.state = last.state;
    task.original_state = last.original_state;
    task.role = role;
    const model::Task* known = run.graph().Task(node);
    task.operator_name = last.operator_name.empty() && known ? known->operator_name : last.operator_name;
    task.attempts = last.attempt;
    task.max_attempts = std::max({last.max_attempts, known ? known->max_attempts : 1, last.attempt});
    task.started_at = last.started_at;
    task.ended_at = last.ended_at;
    return task;
}

/// What the graph alone says of an instance; nothing for one that is no part of the story.
std::optional<Role> RoleOf(const RunGraph& run, Graph::Node node, const model::TaskAttempt& last,
                           bool has_failed_ancestor) {
    const NodeRun& all = run.At(node);
    if (FailedByItself(last)) {
        if (!has_failed_ancestor) return Role::kRootCause;
        return run.IsTeardown(node) ? Role::kVictim : Role::kIndependent;
    }
    if (last.state == AttemptState::kUpstreamFailed || last.state == AttemptState::kCancelled) return Role::kVictim;
    if (last.state == AttemptState::kSucceeded) return all.recovered ? std::optional(Role::kRecovered) : std::nullopt;
    return all.cut ? std::optional(Role::kVictim) : std::nullopt;
}

void AddTasks(const RunGraph& run, bool only_failed, std::vector<TaskFinding>& tasks) {
    const auto below_failure = run.graph().Descendants(run.Failed());
    for (const Graph::Node node : run.graph().Order()) {
        auto instances = run.At(node).last;
        std::sort(instances.begin(), instances.end(), [](const auto* a, const auto* b) {
            return std::tie(a->map_index, a->task_id) < std::tie(b->map_index, b->task_id);
        });
        for (const auto* last : instances) {
            if (only_failed && !FailedByItself(*last)) continue;
            const auto role = RoleOf(run, node, *last, below_failure[static_cast<size_t>(node)] != 0);
            if (!role || (*role == Role::kRecovered && !run.FailedOnce(last->task_id))) continue;
            tasks.push_back(Describe(run, node, *last, *role));
        }
    }
}

}  // namespace

std::vector<TaskFinding> FindTasks(const CaseFile& file) {
    std::vector<TaskFinding> tasks;
    AddTasks(RunGraph(file.run, file.dag.version, file.source_events), false, tasks);
    for (const RelatedRun& related : file.related)
        if (MayExplain(related)) AddTasks(RunGraph(related.file, related.dag.version, file.source_events), true, tasks);
    return tasks;
}

}  // namespace dagy::diagnose
