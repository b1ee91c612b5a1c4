#include "diagnose/localise/lifecycle.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/localise/capacity.h"
#include "diagnose/localise/dag_file.h"
#include "diagnose/localise/log_line.h"

namespace dagy::diagnose {

namespace {

constexpr std::string_view kStoppedLine = "shouldn't be running anymore";

Candidate Cause(std::string code, double score, std::string rule, std::string classification, std::string why,
                Proof proof) {
    Candidate candidate;
    candidate.code = std::move(code);
    candidate.score = score;
    candidate.rule = "lifecycle." + std::move(rule);
    candidate.why = std::move(why);
    candidate.log_classification = std::move(classification);
    candidate.proof = std::move(proof);
    return candidate;
}

bool IsLastTry(const model::SourceEvent& event, const TaskFinding& task) {
    return event.attempt == 0 || event.attempt >= task.attempts;
}

/// The task's own end was recorded before `when`.
bool HadFailedBefore(const std::vector<const model::SourceEvent*>& rows, const TaskFinding& task, Time when) {
    return std::any_of(rows.begin(), rows.end(), [&](const auto* row) {
        return row->event == "failed" && !SetsTaskFailed(*row) && row->ts <= when && IsLastTry(*row, task);
    });
}

bool ReadingHasEnd(const TaskFinding& task) {
    if (task.readings.empty()) return false;
    const Reading& last = task.readings.back();
    return last.attempt == task.attempts && !last.chains.empty();
}

std::optional<Candidate> ByPerson(const std::vector<const model::SourceEvent*>& rows, const TaskFinding& task) {
    for (const auto* row : rows) {
        if (!SetsTaskFailed(*row) || HadFailedBefore(rows, task, row->ts)) continue;
        if (task.ended_at && row->ts > *task.ended_at + std::chrono::minutes(1)) continue;
        return Cause("PLATFORM_CANCELLED_BY_USER", 0.97, "marked_failed", "cancelled",
                     fmt::format("{} set {} to failed", row->actor.empty() ? "somebody" : row->actor, task.task_id),
                     AuditProof(*row));
    }
    return std::nullopt;
}

std::optional<Candidate> ByHeartbeat(const std::vector<const model::SourceEvent*>& rows, const TaskFinding& task) {
    for (const auto* row : rows)
        if ((row->event == "heartbeat timeout" || row->event == "zombie") && IsLastTry(*row, task))
            return Cause("PLATFORM_HEARTBEAT_LOST", 0.95, "heartbeat_timeout", "heartbeat_lost",
                         "the scheduler heard nothing more of the task's process", AuditProof(*row));
    return std::nullopt;
}

std::optional<Candidate> ByQueue(const std::vector<const model::SourceEvent*>& rows, const TaskFinding& task) {
    for (const auto* row : rows)
        if (row->event.find("stuck in queued") != std::string::npos &&
            row->event.find("reschedule") == std::string::npos)
            return Cause("RESOURCE_POOL_STARVATION", 0.92, "stuck_in_queue", "resource_exhaustion",
                         "the executor never started the task and the scheduler gave it up", AuditProof(*row));
    if (task.started_at) return std::nullopt;
    for (const auto* row : rows)
        if (row->event.find("stuck in queued") != std::string::npos)
            return Cause("RESOURCE_POOL_STARVATION", 0.85, "stuck_in_queue", "resource_exhaustion",
                         "the task stood in the queue and never started", AuditProof(*row));
    return std::nullopt;
}

// The row alone says only that the executor and the task disagree about how it ended; with a log that tells an end it
// adds nothing.
std::optional<Candidate> ByMismatch(const std::vector<const model::SourceEvent*>& rows, const TaskFinding& task) {
    const bool silent = task.candidates.empty() &&
                        (task.readings.empty() || task.readings.back().cut_short || !task.readings.back().has_log);
    if (!silent) return std::nullopt;
    for (const auto* row : rows)
        if (row->event == "state mismatch" && IsLastTry(*row, task))
            return Cause("PLATFORM_WORKER_LOST", 0.5, "state_mismatch", "worker_lost",
                         "the executor reported an end that the task never reported, and its log stops without one",
                         AuditProof(*row));
    return std::nullopt;
}

// Somebody or something set the state; nothing recorded who.
std::optional<Candidate> ByUnknownHand(const CaseFile& file, const RunGraph& run, const TaskFinding& task) {
    if (ReadingHasEnd(task) || run.end().kind != RunEnd::Kind::kByItsTasks) return std::nullopt;
    auto line = FindLine(file, run.run(), task, kStoppedLine);
    if (!line) return std::nullopt;
    return Cause("PLATFORM_CANCELLED_BY_USER", 0.75, "state_set_from_outside", "cancelled",
                 "the task was told that it should not be running any more; no record says by whom", std::move(*line));
}

void AddTaskCauses(const CaseFile& file, const RunGraph& run, const TaskEvents& events,
                   const std::vector<TaskFinding>& tasks, std::vector<LifecycleCause>& causes) {
    for (const TaskFinding& task : tasks) {
        if (task.dag_id != run.run().run.dag_id || task.run_id != run.run().run.run_id) continue;
        if (task.state != model::AttemptState::kFailed && task.state != model::AttemptState::kTimedOut) continue;
        const auto& own = events.Of(task.task_id);
        auto cause = ByPerson(own, task);
        if (!cause) cause = ByHeartbeat(own, task);
        if (!cause) cause = ByQueue(own, task);
        if (!cause) cause = ByUnknownHand(file, run, task);
        if (!cause) cause = ByMismatch(own, task);
        if (cause) causes.push_back({std::move(*cause), task.task_id});
    }
}

void AddPersonEnd(const CaseFile& file, const RunGraph& run, const TaskEvents& events,
                  const std::vector<TaskFinding>& tasks, std::vector<LifecycleCause>& causes) {
    if (run.end().kind != RunEnd::Kind::kPerson) return;
    Proof proof = AuditProof(*run.end().event);
    for (const TaskFinding& task : tasks) {
        if (task.dag_id != run.run().run.dag_id || task.run_id != run.run().run.run_id || !task.started_at) continue;
        if (!WasStopped(run, events, task)) continue;
        if (auto line = FindLine(file, run.run(), task, kStoppedLine)) {
            proof = std::move(*line);
            break;
        }
    }
    causes.push_back({Cause("PLATFORM_CANCELLED_BY_USER", 0.9, "run_set_failed", "cancelled",
                            fmt::format("{} set the run to failed [{}]",
                                        run.end().event->actor.empty() ? "somebody" : run.end().event->actor,
                                        run.end().event->event),
                            std::move(proof)),
                      ""});
}

/// `depends_on_past` with a failed past: nothing can ever start, and the scheduler ends the run as deadlocked.
void AddDeadlock(const CaseFile& file, const RunGraph& run, const model::DagVersion& version,
                 std::vector<LifecycleCause>& causes) {
    if (&run.run() != &file.run || file.dag.before.empty() || !run.Failed().empty()) return;
    const RunFile& previous = file.dag.before.front();
    for (const auto& task : version.tasks) {
        if (!GetBool(task.extras, "depends_on_past").value_or(false)) continue;
        const Graph::Node node = run.graph().Find(task.task_id);
        if (run.At(node).last.empty() || run.At(node).last.front()->started_at) continue;
        for (const auto* last : previous.LastAttempts()) {
            if (last->BaseTask() != task.task_id || last->state == model::AttemptState::kSucceeded ||
                last->state == model::AttemptState::kSkipped)
                continue;
            Proof proof{.kind = Proof::Kind::kHistory,
                        .dag_id = previous.run.dag_id,
                        .run_id = previous.run.run_id,
                        .task_id = last->task_id,
                        .attempt = last->attempt,
                        .row = -1,
                        .ts = last->ended_at,
                        .text = fmt::format("{} was {} in run {}", last->task_id, model::Name(last->state),
                                            previous.run.run_id),
                        .event_id = {}};
            causes.push_back({Cause("DEPENDENCY_UPSTREAM_TASK_FAILED", 0.8, "depends_on_past", "upstream_failed",
                                    fmt::format("{} depends on its past, and its run before failed", task.task_id),
                                    std::move(proof)),
                              ""});
            return;
        }
    }
}

}  // namespace

bool WasStopped(const RunGraph& run, const TaskEvents& events, const TaskFinding& task) {
    const RunEnd& end = run.end();
    if (end.kind == RunEnd::Kind::kPerson && end.at) {
        const auto& own = events.Of(task.task_id);
        if (HadFailedBefore(own, task, *end.at)) return false;
        // Where Airflow's own rows of the task are there at all, a missing "failed" means that it never failed by
        // itself.
        const bool has_rows =
            std::any_of(own.begin(), own.end(), [](const auto* row) { return row->event == "running"; });
        return has_rows || !ReadingHasEnd(task);
    }
    if (end.kind == RunEnd::Kind::kFailFast && !ReadingHasEnd(task))
        return FindInReadings(task, kStoppedLine).has_value();
    return false;
}

std::vector<LifecycleCause> FindLifecycle(const CaseFile& file, const RunGraph& run, const model::DagVersion& version,
                                          const TaskEvents& events, const std::vector<TaskFinding>& tasks) {
    std::vector<LifecycleCause> causes;
    AddTaskCauses(file, run, events, tasks, causes);
    AddPersonEnd(file, run, events, tasks, causes);
    AddDeadlock(file, run, version, causes);
    AddCapacityCauses(file, run, version, tasks, causes);
    AddDagFileCauses(file, run, version, tasks, causes);
    std::stable_sort(causes.begin(), causes.end(),
                     [](const auto& a, const auto& b) { return a.candidate.score > b.candidate.score; });
    return causes;
}

}  // namespace dagy::diagnose
