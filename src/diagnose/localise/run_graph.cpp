#include "diagnose/localise/run_graph.h"

#include <algorithm>
#include <charconv>

#include "diagnose/localise/audit.h"

namespace dagy::diagnose {

namespace {

using model::AttemptState;

/// `PT1H30M5.5S`, `P1DT2H`, or a plain number of seconds.
std::optional<double> SecondsOf(std::string_view text) {
    double total = 0, number = 0;
    bool in_time = false, any = false;
    const char* at = text.data();
    const char* end = at + text.size();
    if (at != end && *at != 'P') {
        const auto [rest, error] = std::from_chars(at, end, total);
        return error == std::errc() && rest == end ? std::optional(total) : std::nullopt;
    }
    for (++at; at < end; ++at) {
        if (*at == 'T') {
            in_time = true;
            continue;
        }
        const auto [rest, error] = std::from_chars(at, end, number);
        if (error != std::errc() || rest == end) return std::nullopt;
        at = rest;
        total += number * (*at == 'W'              ? 604800
                           : *at == 'D'            ? 86400
                           : *at == 'H'            ? 3600
                           : *at == 'M' && in_time ? 60
                           : *at == 'S'            ? 1
                                                   : 0);
        any = true;
    }
    return any ? std::optional(total) : std::nullopt;
}

std::vector<std::string> TaskNames(const RunFile& run) {
    std::vector<std::string> names;
    for (const auto& attempt : run.attempts)
        if (names.empty() || names.back() != attempt.BaseTask()) names.push_back(attempt.BaseTask());
    return names;
}

bool IsBranch(const std::string& operator_name) {
    for (const char* word : {"Branch", "branch", "ShortCircuit", "short_circuit", "LatestOnly"})
        if (operator_name.find(word) != std::string::npos) return true;
    return false;
}

/// The dag asks Airflow to stop everything at the first failure.
bool IsFailFast(const model::DagVersion& version) {
    for (const char* key : {"fail_fast", "fail_stop"})
        if (GetBool(version.extras, key).value_or(false)) return true;
    for (const char* word : {"fail_fast=True", "fail_stop=True", "fail_fast = True", "fail_stop = True"})
        if (version.source.find(word) != std::string::npos) return true;
    return false;
}

}  // namespace

std::optional<double> RunTimeoutSeconds(const model::DagVersion& version) {
    for (const char* key : {"dag_run_timeout", "dagrun_timeout"}) {
        if (const auto seconds = GetDouble(version.extras, key)) return seconds;
        if (const auto text = GetString(version.extras, key)) return SecondsOf(*text);
        if (const auto* parts = GetObject(version.extras, key))
            return GetDouble(*parts, "days").value_or(0) * 86400 + GetDouble(*parts, "seconds").value_or(0);
    }
    return std::nullopt;
}

RunEnd HowItEnded(const RunFile& run, const model::DagVersion& version, std::span<const model::SourceEvent> events) {
    RunEnd end;
    end.at = run.run.ended_at;
    for (const auto& event : events) {
        if (!SetsRunFailed(event) || !IsOf(event, run.run.dag_id, run.run.run_id)) continue;
        end.kind = RunEnd::Kind::kPerson;
        end.at = event.ts;
        end.event = &event;
    }
    if (end.event || run.run.state == model::RunState::kSucceeded) return end;
    if (const auto timeout = RunTimeoutSeconds(version);
        timeout && *timeout > 0 && run.run.started_at && run.run.ended_at) {
        end.timeout_seconds = *timeout;
        // The scheduler looks at run time-outs once a loop, so that the run is always a little older than it may be.
        if (SecondsBetween(*run.run.started_at, *run.run.ended_at) >= *timeout) end.kind = RunEnd::Kind::kTimeout;
    }
    if (end.kind == RunEnd::Kind::kByItsTasks && run.run.state == model::RunState::kFailed && IsFailFast(version))
        end.kind = RunEnd::Kind::kFailFast;
    return end;
}

RunGraph::RunGraph(const RunFile& run, const model::DagVersion& version, std::span<const model::SourceEvent> events)
    : run_(run),
      graph_(version, TaskNames(run)),
      end_(HowItEnded(run, version, events)),
      nodes_(static_cast<size_t>(graph_.size())) {
    ReadStates();
    FindCut();
}

void RunGraph::ReadStates() {
    for (const auto& attempt : run_.attempts)
        if (attempt.state == AttemptState::kFailed || attempt.state == AttemptState::kTimedOut)
            failed_once_.insert(attempt.task_id);
    for (const model::TaskAttempt* last : run_.LastAttempts()) {
        NodeRun& node = nodes_[static_cast<size_t>(graph_.Find(last->BaseTask()))];
        node.last.push_back(last);
        switch (last->state) {
            case AttemptState::kFailed:
            case AttemptState::kTimedOut: {
                node.failed = true;
                const auto at = last->ended_at ? last->ended_at : last->started_at;
                if (at && (!node.failed_at || *at < *node.failed_at)) node.failed_at = at;
                break;
            }
            case AttemptState::kUpstreamFailed:
                node.upstream_failed = true;
                break;
            case AttemptState::kCancelled:
                node.cut = true;
                break;
            case AttemptState::kSucceeded:
                node.recovered = node.recovered || failed_once_.contains(last->task_id);
                break;
            default:
                break;
        }
    }
}

bool RunGraph::StillToRun(const model::TaskAttempt& attempt) const {
    // A branch gives the tasks that it leaves out a start and an end at once; a task that was cut lacks one, or has
    // that of the run's end.
    if (!attempt.started_at || !attempt.ended_at) return true;
    return end_.at && *attempt.ended_at + std::chrono::milliseconds(500) >= *end_.at;
}

bool RunGraph::SkippedByBranch(Graph::Node node) const {
    for (const Graph::Node up : graph_.Upstream(node)) {
        const NodeRun& parent = At(up);
        for (const auto* attempt : parent.last) {
            const std::string& op = attempt->operator_name.empty() && graph_.Task(up) ? graph_.Task(up)->operator_name
                                                                                      : attempt->operator_name;
            if (attempt->state == AttemptState::kSucceeded && IsBranch(op)) return true;
        }
    }
    return false;
}

void RunGraph::FindCut() {
    if (!model::Ended(run_.run.state) || run_.run.state == model::RunState::kSucceeded) return;
    const bool ended_from_outside = end_.kind != RunEnd::Kind::kByItsTasks;
    for (const Graph::Node at : graph_.Order()) {
        NodeRun& node = nodes_[static_cast<size_t>(at)];
        for (const auto* attempt : node.last) {
            const bool unfinished = attempt->state == AttemptState::kQueued || attempt->state == AttemptState::kRunning;
            const bool skipped = attempt->state == AttemptState::kSkipped && ended_from_outside &&
                                 (end_.kind == RunEnd::Kind::kFailFast || StillToRun(*attempt)) &&
                                 (attempt->scheduled_at || attempt->queued_at || !SkippedByBranch(at));
            if (!unfinished && !skipped) continue;
            node.cut = true;
            const auto when = end_.at ? end_.at : attempt->ended_at;
            if (when && (!node.failed_at || *when < *node.failed_at)) node.failed_at = when;
        }
    }
}

bool RunGraph::IsTeardown(Graph::Node node) const {
    const model::Task* task = graph_.Task(node);
    return task && (task->is_teardown || task->trigger_rule == "all_done_setup_success");
}

const std::string& RunGraph::TriggerRule(Graph::Node node) const {
    static const std::string all_success = "all_success";
    const model::Task* task = graph_.Task(node);
    return task && !task->trigger_rule.empty() ? task->trigger_rule : all_success;
}

std::vector<Graph::Node> RunGraph::Failed() const {
    std::vector<Graph::Node> failed;
    for (const Graph::Node node : graph_.Order())
        if (At(node).failed) failed.push_back(node);
    return failed;
}

}  // namespace dagy::diagnose
