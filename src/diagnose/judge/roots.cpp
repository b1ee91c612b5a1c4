#include "diagnose/judge/roots.h"

#include <algorithm>

namespace dagy::diagnose {
namespace {

bool IsTask(const TaskFinding& task, const std::string& name) {
    return task.base_task == name || task.task_id == name;
}

std::vector<const TaskFinding*> Named(const Findings& findings, const std::string& dag, const std::string& run,
                                      const std::vector<std::string>& names) {
    std::vector<const TaskFinding*> found;
    if (names.empty()) return found;
    for (const auto& task : findings.tasks)
        if ((dag.empty() || task.dag_id == dag) && (run.empty() || task.run_id == run) && IsTask(task, names.front()))
            found.push_back(&task);
    return found;
}

}  // namespace

std::vector<const TaskFinding*> PrimaryRoots(const Findings& findings) {
    const Localisation& where = findings.where;
    auto there = Named(findings, where.upstream_dag, where.upstream_run, where.upstream_roots);
    const bool known = std::ranges::any_of(there, [](const TaskFinding* task) { return !task->candidates.empty(); });
    if (!where.upstream_dag.empty() && known) return there;
    std::vector<const TaskFinding*> here = Named(findings, {}, {}, where.roots);
    // Names may repeat in linked dags: this run's tasks are those that are its roots.
    std::erase_if(here, [&](const TaskFinding* task) {
        return !where.upstream_dag.empty() && task->dag_id == where.upstream_dag;
    });
    return here;
}

Support SupportOf(const Findings& findings) {
    Support support;
    const Candidate& cause = findings.cause;
    support.is_seen = (!cause.proof.text.empty() && cause.proof.row >= 0) || cause.proof.kind == Proof::Kind::kAudit;
    for (const auto* task : PrimaryRoots(findings)) {
        const auto& signatures = task->attempt_signatures;
        if (signatures.size() >= 2) {
            const bool same =
                std::ranges::all_of(signatures, [&](const std::string& s) { return s == signatures.back(); });
            (same ? support.same_in_attempts : support.attempts_differ) = true;
        }
        for (const auto& reading : task->readings) {
            support.cut_log |= reading.cut_short;
            for (const auto& chain : reading.chains)
                for (const auto& exception : chain.exceptions)
                    support.has_code |=
                        std::ranges::any_of(exception.frames, [](const Frame& frame) { return frame.is_user_code; });
        }
    }
    const HistoryFinding& history = findings.history;
    support.is_new = history.last_success.has_value();
    support.is_repeated = history.match_count >= 2;
    support.has_change =
        std::ranges::any_of(history.changes, [](const ChangeSignal& change) { return change.score >= 0.5; });
    if (!findings.alternatives.empty()) support.margin = cause.score - findings.alternatives.front().score;
    return support;
}

}  // namespace dagy::diagnose
