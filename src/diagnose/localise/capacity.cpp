#include "diagnose/localise/capacity.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/localise/log_line.h"

namespace dagy::diagnose {

namespace {

constexpr std::string_view kStoppedLine = "shouldn't be running anymore";

/// A task that was ready and never got to run.
struct Waiting {
    const model::TaskAttempt* attempt = nullptr;
    std::string pool;
    bool in_queue = false;  ///< it had its slot and waited for the executor
};

/// Whoever ends a run gives the tasks that never ran one and the same start and end.
bool NeverStarted(const model::TaskAttempt& attempt) {
    return !attempt.started_at || (attempt.state == model::AttemptState::kSkipped && attempt.ended_at &&
                                   *attempt.started_at == *attempt.ended_at);
}

std::vector<Waiting> FindWaiting(const RunGraph& run) {
    std::vector<Waiting> waiting;
    for (const Graph::Node node : run.graph().Order())
        for (const auto* last : run.At(node).last) {
            if (!NeverStarted(*last) || !last->scheduled_at || last->state == model::AttemptState::kSucceeded) continue;
            const model::Task* task = run.graph().Task(node);
            waiting.push_back({last,
                               !last->pool.empty() ? last->pool
                               : task              ? task->pool
                                                   : "",
                               last->queued_at.has_value()});
        }
    return waiting;
}

const model::Fact* FindPool(const CaseFile& file, const std::string& name) {
    const auto pools = file.facts.find("pool");
    if (pools == file.facts.end()) return nullptr;
    const auto found =
        std::find_if(pools->second.begin(), pools->second.end(), [&](const auto& pool) { return pool.key == name; });
    return found == pools->second.end() ? nullptr : &*found;
}

bool KnowsPools(const CaseFile& file) {
    const auto pools = file.facts.find("pool");
    return pools != file.facts.end() && !pools->second.empty();
}

Proof StateProof(const RunGraph& run, const model::TaskAttempt* attempt, std::string text) {
    Proof proof{.kind = Proof::Kind::kHistory,
                .dag_id = run.run().run.dag_id,
                .run_id = run.run().run.run_id,
                .task_id = attempt ? attempt->task_id : "",
                .attempt = attempt ? attempt->attempt : 0,
                .row = -1,
                .ts = attempt ? attempt->scheduled_at : run.run().run.ended_at,
                .text = std::move(text),
                .event_id = {}};
    return proof;
}

constexpr double kWaitedSeconds = 4;  // a free slot is given within a loop or two of the scheduler

void AddWaiting(const CaseFile& file, const RunGraph& run, const Waiting& first, size_t count, bool others_ran,
                std::vector<LifecycleCause>& causes) {
    Candidate cause;
    cause.captures["pool"] = first.pool;
    cause.log_classification = "resource_exhaustion";
    const model::Fact* pool = FindPool(file, first.pool);
    const int64_t slots = pool ? IntOr(pool->body, "slots", -1) : -1;
    if (!pool && !first.pool.empty() && KnowsPools(file)) {
        cause.code = "CONFIG_TARGET_NOT_FOUND";
        cause.score = 0.97;
        cause.rule = "lifecycle.no_such_pool";
        cause.log_classification = "config_error";
        cause.why = fmt::format("{} asks for the pool {}, which does not exist", first.attempt->task_id, first.pool);
    } else {
        cause.code = "RESOURCE_POOL_STARVATION";
        // A task that ran beside it may have used up the time just as well; a pool without any slot leaves no doubt.
        const bool waited_long =
            !run.end().at || SecondsBetween(*first.attempt->scheduled_at, *run.end().at) >= kWaitedSeconds;
        cause.score = slots == 0 ? 0.97 : !waited_long ? 0.5 : others_ran ? 0.6 : 0.96;
        cause.rule = "lifecycle.never_got_a_slot";
        cause.why = first.in_queue ? fmt::format("{} stood in the queue and was never started", first.attempt->task_id)
                                   : fmt::format("{} was ready and never got a slot of pool {}", first.attempt->task_id,
                                                 first.pool.empty() ? "?" : first.pool);
        if (slots >= 0) cause.why += fmt::format(", which has {} slot{}", slots, slots == 1 ? "" : "s");
    }
    cause.captures["tasks"] = std::to_string(count);
    cause.proof =
        StateProof(run, first.attempt,
                   fmt::format("{}: scheduled {}, {}, never started, state {}", first.attempt->task_id,
                               FormatTime(*first.attempt->scheduled_at),
                               first.attempt->queued_at ? "queued " + FormatTime(*first.attempt->queued_at)
                                                        : std::string("never queued"),
                               first.attempt->original_state.empty() ? std::string(model::Name(first.attempt->state))
                                                                     : first.attempt->original_state));
    causes.push_back({std::move(cause), ""});
}

void AddTimeout(const CaseFile& file, const RunGraph& run, const std::vector<TaskFinding>& tasks, bool has_own_failure,
                std::vector<LifecycleCause>& causes) {
    const double seconds = SecondsBetween(*run.run().run.started_at, *run.run().run.ended_at);
    Candidate cause;
    cause.code = "PLATFORM_RUN_TIMEOUT";
    cause.score = has_own_failure ? 0.4 : 0.94;
    cause.rule = "lifecycle.run_timeout";
    cause.log_classification = "timeout";
    cause.why =
        fmt::format("the run lasted {:.1f} s; its dag_run_timeout is {:.1f} s", seconds, run.end().timeout_seconds);
    cause.captures["timeout_seconds"] = fmt::format("{:g}", run.end().timeout_seconds);
    cause.captures["duration_seconds"] = fmt::format("{:.1f}", seconds);
    cause.proof = StateProof(run, nullptr,
                             fmt::format("run {} failed after {:.1f} s, dag_run_timeout {:g} s", run.run().run.run_id,
                                         seconds, run.end().timeout_seconds));
    for (const TaskFinding& task : tasks) {
        if (task.dag_id != run.run().run.dag_id || task.run_id != run.run().run.run_id || !task.started_at) continue;
        if (task.role != Role::kVictim || task.state == model::AttemptState::kUpstreamFailed) continue;
        cause.captures["task"] = task.task_id;
        if (auto line = FindLine(file, run.run(), task, kStoppedLine)) {
            cause.proof = std::move(*line);
            break;
        }
    }
    causes.push_back({std::move(cause), ""});
}

}  // namespace

void AddCapacityCauses(const CaseFile& file, const RunGraph& run, const model::DagVersion&,
                       const std::vector<TaskFinding>& tasks, std::vector<LifecycleCause>& causes) {
    if (!model::Ended(run.run().run.state) || run.run().run.state == model::RunState::kSucceeded) return;
    const bool own_failure = !run.Failed().empty();
    bool cut = false, ran = false;
    for (Graph::Node node = 0; node < run.graph().size(); ++node) {
        cut = cut || run.At(node).cut;
        for (const auto* last : run.At(node).last)
            ran = ran || (run.At(node).cut && last->started_at && !last->ended_at);
    }
    if (!cut) return;
    const auto waiting = FindWaiting(run);
    if (!waiting.empty() && !own_failure) AddWaiting(file, run, waiting.front(), waiting.size(), ran, causes);
    if (run.end().kind == RunEnd::Kind::kTimeout) AddTimeout(file, run, tasks, own_failure, causes);
}

}  // namespace dagy::diagnose
