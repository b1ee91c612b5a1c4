#include <fmt/format.h>

#include <algorithm>

#include "diagnose/compose/parts.h"
#include "diagnose/compose/wording.h"

namespace dagy::diagnose {
namespace {

constexpr size_t kEventsMax = 80;

struct Event {
    Time ts{};
    std::string what, dag_id, task_id;
    int attempt = 0;
    std::string source;  ///< run | attempt | audit | change
    int weight = 0;      ///< the lighter go first when there are too many
};

void AddRun(const RunFile& file, std::vector<Event>& events, int weight) {
    const auto& run = file.run;
    if (run.started_at)
        events.push_back(
            {*run.started_at, fmt::format("run {} started", run.run_id), run.dag_id, {}, 0, "run", weight});
    if (run.ended_at)
        events.push_back({*run.ended_at,
                          fmt::format("run {} ended {}", run.run_id, model::Name(run.state)),
                          run.dag_id,
                          {},
                          0,
                          "run",
                          weight});
}

void AddAttempts(const RunFile& file, std::vector<Event>& events) {
    for (const auto& attempt : file.attempts) {
        const bool good = attempt.state == model::AttemptState::kSucceeded;
        if (attempt.state == model::AttemptState::kUpstreamFailed) {
            if (attempt.ended_at)
                events.push_back({*attempt.ended_at, "did not run: upstream_failed", file.run.dag_id, attempt.task_id,
                                  attempt.attempt, "attempt", 2});
            continue;
        }
        if (attempt.started_at)
            events.push_back({*attempt.started_at, "started", file.run.dag_id, attempt.task_id, attempt.attempt,
                              "attempt", good ? 1 : 3});
        if (!attempt.ended_at) continue;
        std::string state(attempt.original_state.empty() ? std::string(model::Name(attempt.state))
                                                         : attempt.original_state);
        events.push_back({*attempt.ended_at, "ended " + state, file.run.dag_id, attempt.task_id, attempt.attempt,
                          "attempt", good ? 1 : 4});
    }
}

/// Rows that only repeat what attempts and runs say are left out.
bool IsLifecycle(const std::string& event) {
    for (const char* name : {"running", "success", "failed", "up_for_retry", "trigger_dag_run", "upstream_failed",
                             "queued", "scheduled", "skipped"}) {
        if (event == name) return true;
    }
    return false;
}

}  // namespace

json::array TimelineOf(const Story& story) {
    const CaseFile& file = story.file;
    std::vector<Event> events;
    for (const auto& before : file.dag.before) {
        if (before.run.run_id == story.findings.history.last_success_run_id) AddRun(before, events, 4);
        if (before.run.run_id == story.findings.history.onset_run_id) AddRun(before, events, 4);
    }
    AddRun(file.run, events, 5);
    AddAttempts(file.run, events);
    if (story.IsUpstream()) {
        AddRun(*story.root_run, events, 4);
        AddAttempts(*story.root_run, events);
    }
    for (const auto& change : story.findings.history.changes) {
        events.push_back({change.ts,
                          Capitalised(fmt::format("{} {} changed {}", change.kind, change.resource,
                                                  SayChange(change.before, change.after))),
                          change.kind == "dag_version" ? change.resource : "",
                          {},
                          0,
                          "change",
                          change.score >= 0.5 ? 5 : 2});
    }
    for (const auto& row : file.source_events) {
        if (IsLifecycle(row.event) || row.run_id != file.run.run.run_id) continue;
        events.push_back({row.ts, row.actor.empty() ? row.event : fmt::format("{} by {}", row.event, row.actor),
                          row.dag_id, row.task_id, row.attempt, "audit", 4});
    }
    if (events.size() > kEventsMax) {
        std::stable_sort(events.begin(), events.end(),
                         [](const Event& a, const Event& b) { return a.weight > b.weight; });
        events.resize(kEventsMax);
    }
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.ts < b.ts; });
    json::array out;
    for (const auto& event : events) {
        json::object one{{"ts", FormatTime(event.ts)}, {"what", event.what}};
        if (!event.dag_id.empty()) one["dag_id"] = event.dag_id;
        if (!event.task_id.empty()) one["task_id"] = event.task_id;
        if (event.attempt > 0) one["attempt"] = event.attempt;
        one["source"] = event.source;
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace dagy::diagnose
