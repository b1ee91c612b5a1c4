#include "diagnose/gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "diagnose/gather/criticality.h"
#include "diagnose/gather/lake_logs.h"
#include "diagnose/gather/related.h"

namespace dagy::diagnose {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::array kFactKinds{"connection", "pool",         "variable",    "provider",   "asset",
                                "job",        "import_error", "dag_warning", "dag_source", "airflow"};
constexpr std::array kKindsWithHistory{"connection", "variable", "pool", "provider", "dag_source"};

std::string List(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

[[noreturn]] void ThrowUnknown(store::RunStore& runs, const store::DiagnosisRequest& request) {
    if (!runs.Dag(request.scope, request.dag_id)) {
        const auto close = runs.SimilarDags(request.scope.org, request.dag_id);
        throw Error(ErrorCode::kNotFound, fmt::format("there is no dag \"{}\" here", request.dag_id),
                    close.empty() ? "import or record a run of it first" : "close to it: " + List(close));
    }
    const auto close = runs.SimilarRuns(request.scope.org, request.dag_id, request.run_id);
    throw Error(ErrorCode::kNotFound, fmt::format("dag \"{}\" has no run \"{}\"", request.dag_id, request.run_id),
                close.empty() ? "no run of it has been recorded" : "close to it: " + List(close));
}

void CheckRequest(const store::DiagnosisRequest& request, const RunFile& run) {
    if (!request.task_id.empty()) {
        std::set<std::string> known;
        bool found = false;
        for (const auto& attempt : run.attempts) {
            found = found || attempt.task_id == request.task_id || attempt.BaseTask() == request.task_id;
            known.insert(attempt.BaseTask());
        }
        if (!found) {
            throw Error(ErrorCode::kInvalidInput,
                        fmt::format("taskId: run \"{}\" has no task \"{}\"", request.run_id, request.task_id),
                        "its tasks: " + List({known.begin(), known.end()}));
        }
    }
    for (const int number : request.try_numbers) {
        const bool found =
            std::any_of(run.attempts.begin(), run.attempts.end(), [&](const model::TaskAttempt& attempt) {
                return attempt.attempt == number && (request.task_id.empty() || attempt.task_id == request.task_id ||
                                                     attempt.BaseTask() == request.task_id);
            });
        if (!found) {
            throw Error(ErrorCode::kInvalidInput, fmt::format("tryNumbers: no task of the run has a try {}", number),
                        "leave tryNumbers out to look at all of them");
        }
    }
}

/// From a week before the last success, so that what was changed then is seen; nearer where there are too many rows to
/// take.
std::vector<model::SourceEvent> ReadEvents(store::RunStore& runs, const CaseFile& file, size_t limit) {
    const Time start = StartOf(file.run.run);
    const auto good = std::find_if(file.dag.before.begin(), file.dag.before.end(),
                                   [](const RunFile& run) { return run.run.state == model::RunState::kSucceeded; });
    const Time last_good = good != file.dag.before.end() ? StartOf(good->run)
                           : file.dag.before.empty()     ? start
                                                         : StartOf(file.dag.before.back().run);
    Time to = file.run.run.ended_at.value_or(start) + days(1);
    if (!file.dag.after.empty())
        to = std::max(to, file.dag.after.back().run.ended_at.value_or(StartOf(file.dag.after.back().run)));
    std::vector<model::SourceEvent> events;
    for (const Time from : {last_good - days(7), last_good - hours(1), start - hours(1)}) {
        events = runs.SourceEvents(file.run.run.scope, file.run.run.dag_id, from, to, limit);
        if (events.size() < limit) break;
    }
    std::set<std::string> seen;
    for (const auto& event : events) seen.insert(event.event_id);
    std::set<std::string> dags{file.run.run.dag_id};
    for (const auto& related : file.related) {
        if (!dags.insert(related.file.run.dag_id).second) continue;
        for (auto& event :
             runs.SourceEvents(file.run.run.scope, related.file.run.dag_id, start - days(7), to, limit / 5)) {
            if (seen.insert(event.event_id).second) events.push_back(std::move(event));
        }
    }
    std::sort(events.begin(), events.end(),
              [](const auto& a, const auto& b) { return std::tie(a.ts, a.event_id) < std::tie(b.ts, b.event_id); });
    return events;
}

std::vector<model::Run> ReadFleet(store::RunStore& runs, const model::Run& run, size_t limit) {
    const Time start = StartOf(run);
    store::RunQuery query;
    query.org = run.scope.org;
    query.deployment = run.scope.deployment;
    query.date_from = FormatDate(start - days(7));
    query.date_to = FormatDate(start + days(1));
    query.limit = limit;
    auto fleet = runs.Runs(query).runs;
    std::erase_if(fleet, [&](const model::Run& other) { return other.dag_id == run.dag_id; });
    return fleet;
}

/// What the other dags ran between this dag's last good run and the end of this one: a migration among them explains
/// what no row says.
std::vector<model::Fact> ReadFleetSources(store::RunStore& runs, const CaseFile& file, size_t limit) {
    const auto good = std::find_if(file.dag.before.begin(), file.dag.before.end(),
                                   [](const RunFile& run) { return run.run.state == model::RunState::kSucceeded; });
    const Time from = good == file.dag.before.end() ? StartOf(file.run.run) - days(1) : StartOf(good->run);
    const Time to = file.run.run.ended_at.value_or(StartOf(file.run.run));
    std::vector<model::Fact> sources;
    std::set<std::string> seen;
    for (const auto& run : file.fleet) {
        if (StartOf(run) < from || StartOf(run) > to || sources.size() >= limit || !seen.insert(run.dag_id).second)
            continue;
        auto version = run.dag_version.empty() ? std::nullopt : runs.Dag(run.scope, run.dag_id, run.dag_version);
        if (!version) version = runs.Dag(run.scope, run.dag_id);
        if (!version || version->source.empty()) continue;
        sources.push_back({.kind = "dag_source",
                           .key = run.dag_id + "|" + version->version,
                           .body = {{"dag_id", run.dag_id}, {"version", version->version}, {"source", version->source}},
                           .seen_at = version->created_at});
    }
    return sources;
}

}  // namespace

Time StartOf(const model::Run& run) {
    if (run.started_at) return *run.started_at;
    if (run.queued_at) return *run.queued_at;
    if (run.logical_date) return *run.logical_date;
    return run.observed_at.value_or(Time{});
}

model::Run RequireRun(store::RunStore& runs, const store::DiagnosisRequest& request) {
    auto run = runs.FindRun(request.scope.org, request.scope.deployment, request.dag_id, request.run_id);
    if (!run) ThrowUnknown(runs, request);
    return *std::move(run);
}

GatheredCase Gather(store::RunStore& runs, lake::Lake& lake, const store::DiagnosisRequest& request,
                    const GatherLimits& limits) {
    const model::Run run = RequireRun(runs, request);
    GatheredCase gathered;
    CaseFile& file = gathered.file;
    file.task_id = request.task_id;
    file.try_numbers = request.try_numbers;
    file.run = ReadRun(runs, run);
    CheckRequest(request, file.run);
    file.dag = ReadDag(runs, run, limits.runs_before, limits.runs_after);
    file.deployment_criticality = CriticalityOf(file.dag.version, limits.deployment_criticality);
    file.related = FindRelated(runs, run, limits);
    file.source_events = ReadEvents(runs, file, limits.source_events);
    for (const char* kind : kFactKinds) file.facts[kind] = runs.Facts(run.scope, kind);
    for (const char* kind : kKindsWithHistory) file.fact_history[kind] = runs.Facts(run.scope, kind, true);
    file.phases = runs.Phases(run.key);
    file.fleet = ReadFleet(runs, run, limits.fleet_runs);
    for (auto& source : ReadFleetSources(runs, file, limits.fleet_sources))
        file.facts["dag_source"].push_back(std::move(source));
    gathered.logs = std::make_unique<LakeLogs>(lake, runs);
    file.logs = gathered.logs.get();
    file.evidence_hash = EvidenceHash(file);
    return gathered;
}

}  // namespace dagy::diagnose
