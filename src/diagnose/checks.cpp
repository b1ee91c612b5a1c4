#include "diagnose/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "diagnose/compose/wording.h"
#include "diagnose/localise/audit.h"
#include "diagnose/localise/dag_file.h"

namespace dagy::diagnose {

namespace {

constexpr double kClaimed = 0.5;

Check Make(std::string name, std::string status, std::string detail) {
    return {std::move(name), std::move(status), std::move(detail), {}};
}
Check Pass(std::string name, std::string detail) {
    return Make(std::move(name), "pass", std::move(detail));
}
Check Skipped(std::string name, std::string detail) {
    return Make(std::move(name), "skipped", std::move(detail));
}

const std::vector<model::Fact>* Facts(const CaseFile& file, const std::string& kind) {
    const auto found = file.facts.find(kind);
    return found == file.facts.end() || found->second.empty() ? nullptr : &found->second;
}

Check ImportErrors(const CaseFile& file, const Findings&) {
    if (const model::Fact* error = ImportErrorOf(file, file.dag.version)) {
        const std::string trace = StringOr(error->body, "stack_trace");
        Check check = Make("import_errors", "fail",
                           fmt::format("{} does not import", StringOr(error->body, "filename", error->key)));
        check.proofs.push_back({.kind = Proof::Kind::kHistory,
                                .dag_id = file.dag.version.dag_id,
                                .run_id = {},
                                .task_id = {},
                                .attempt = 0,
                                .row = -1,
                                .ts = GetTime(error->body, "timestamp"),
                                .text = trace,
                                .event_id = {}});
        return check;
    }
    if (GetBool(file.dag.version.extras, "has_import_errors").value_or(false))
        return Make("import_errors", "warn", "the dag is marked as having import errors");
    if (GetBool(file.dag.version.extras, "stale").value_or(false))
        return Make("import_errors", "warn", "the dag is stale: its file was not read any more");
    // Other dags' import errors are facts too; none of any dag cannot be told from "not exported".
    if (file.facts.contains("import_error")) return Pass("import_errors", "none for this dag's file");
    return Skipped("import_errors", "import errors were not recorded");
}

Check Schedule(const CaseFile& file, const Findings&) {
    const auto& version = file.dag.version;
    const bool catchup = GetBool(version.extras, "catchup").value_or(false);
    if (version.schedule.empty() && file.run.run.run_type.empty())
        return Skipped("schedule", "neither a schedule nor a run type is recorded");
    size_t same_date = 0;
    for (const RunFile& run : file.dag.before)
        same_date +=
            run.run.logical_date && file.run.run.logical_date && *run.run.logical_date == *file.run.run.logical_date;
    if (same_date > 0)
        return Make("schedule", "warn",
                    fmt::format("{} with the same logical date", SayCount(same_date, "earlier run")));
    const std::string plan = version.schedule.empty() ? "no schedule" : fmt::format("schedule {}", version.schedule);
    if (catchup && file.run.run.logical_date && file.run.run.started_at &&
        SecondsBetween(*file.run.run.logical_date, *file.run.run.started_at) > 7 * 86400)
        return Make("schedule", "warn",
                    fmt::format("{}, catch-up on: this run makes up for a date a week or more ago", plan));
    return Pass("schedule", fmt::format("{}, catch-up {}, {} run", plan, catchup ? "on" : "off",
                                        file.run.run.run_type.empty() ? "a" : file.run.run.run_type));
}

Check Paused(const CaseFile& file, const Findings&) {
    const auto paused = GetBool(file.dag.version.extras, "paused");
    if (!paused) return Skipped("paused", "whether the dag is paused is not recorded");
    return *paused ? Make("paused", "warn", "the dag is paused now: no scheduled run will start")
                   : Pass("paused", "the dag is not paused");
}

Check VersionChange(const CaseFile& file, const Findings& so_far) {
    if (file.run.run.dag_version.empty()) return Skipped("version_change", "the run does not say which version it ran");
    for (const ChangeSignal& change : so_far.history.changes)
        if (change.kind == "dag_version") {
            Check check = Make("version_change", change.score >= kClaimed ? "fail" : "warn",
                               fmt::format("a new version since the last good run: {}", change.why));
            check.proofs.push_back(change.proof);
            return check;
        }
    size_t others = 0;
    for (const RunFile& run : file.dag.before) others += run.run.dag_version != file.run.run.dag_version;
    if (others == 0)
        return Pass("version_change",
                    fmt::format("version {} in all {} runs", file.run.run.dag_version, file.dag.before.size() + 1));
    return Pass("version_change", fmt::format("version {} since before the last good run", file.run.run.dag_version));
}

Check ConfigChange(const CaseFile& file, const Findings& so_far) {
    if (file.source_events.empty()) return Skipped("config_change", "no audit rows are recorded around the onset");
    const ChangeSignal* worst = nullptr;
    size_t count = 0;
    for (const ChangeSignal& change : so_far.history.changes) {
        if (change.kind != "connection" && change.kind != "variable" && change.kind != "config") continue;
        ++count;
        if (!worst || change.score > worst->score) worst = &change;
    }
    if (!worst)
        return Pass("config_change",
                    "no connection, variable or pool was changed between the last good run and the onset");
    Check check =
        Make("config_change", worst->score >= kClaimed ? "fail" : "warn",
             fmt::format("{} {}, {:.4g} h before the onset: {}{}", worst->kind, worst->resource,
                         worst->hours_before_onset, worst->why, count > 1 ? fmt::format(" ({} more)", count - 1) : ""));
    check.proofs.push_back(worst->proof);
    return check;
}

Check Concurrency(const CaseFile& file, const Findings&) {
    const auto limit = GetInt(file.dag.version.extras, "max_active_runs");
    if (!limit || !file.run.run.started_at)
        return Skipped("concurrency", "max_active_runs or the run's start is not recorded");
    int64_t beside = 1;
    const Time from = *file.run.run.started_at, to = file.run.run.ended_at.value_or(from);
    for (const auto* runs : {&file.dag.before, &file.dag.after})
        for (const RunFile& run : *runs)
            if (run.run.started_at && *run.run.started_at < to && (!run.run.ended_at || *run.run.ended_at > from))
                ++beside;
    const std::string detail = fmt::format("{} of the dag at the same time, {} allowed",
                                           SayCount(static_cast<int64_t>(beside), "run"), *limit);
    return beside >= *limit && beside > 1 ? Make("concurrency", "warn", detail) : Pass("concurrency", detail);
}

Check Pools(const CaseFile& file, const Findings& so_far) {
    for (const Candidate& cause : so_far.where.run_level)
        if (cause.code == "RESOURCE_POOL_STARVATION" || cause.rule == "lifecycle.no_such_pool") {
            Check check = Make("pools", "fail", cause.why);
            check.proofs.push_back(cause.proof);
            return check;
        }
    const auto* pools = Facts(file, "pool");
    if (!pools) return Skipped("pools", "pools were not recorded");
    double longest = 0;
    std::string slow;
    for (const auto& attempt : file.run.attempts)
        if (attempt.scheduled_at && attempt.queued_at &&
            SecondsBetween(*attempt.scheduled_at, *attempt.queued_at) > longest) {
            longest = SecondsBetween(*attempt.scheduled_at, *attempt.queued_at);
            slow = attempt.task_id;
        }
    if (longest > 300) return Make("pools", "warn", fmt::format("{} waited {:.0f} s for a slot", slow, longest));
    for (const auto& attempt : file.run.attempts)
        for (const auto& pool : *pools)
            if (pool.key == attempt.pool && IntOr(pool.body, "slots", 1) == 0)
                return Make("pools", "warn", fmt::format("pool {} of {} has no slot now", pool.key, attempt.task_id));
    return Pass("pools", fmt::format("no task waited longer than {:.1f} s for a slot", longest));
}

Check UpstreamData(const CaseFile& file, const Findings& so_far) {
    if (!so_far.where.upstream_roots.empty())
        return Make("upstream_data", "fail",
                    fmt::format("run {} of {} failed in {}", so_far.where.upstream_run, so_far.where.upstream_dag,
                                so_far.where.upstream_roots.front()));
    if (!so_far.where.upstream_dag.empty())
        return Make("upstream_data", "warn",
                    fmt::format("the dag {} that it waited for is not recorded", so_far.where.upstream_dag));
    size_t upstream = 0, failed = 0;
    for (const RelatedRun& related : file.related) {
        upstream += related.upstream;
        failed += related.upstream && related.file.run.state == model::RunState::kFailed;
    }
    if (upstream == 0)
        return Pass("upstream_data", "no other dag feeds, triggers or holds up this one, as far as is recorded");
    if (failed > 0)
        return Make("upstream_data", "warn",
                    fmt::format("{} of {} runs before it in other dags failed", failed, upstream));
    return Pass("upstream_data", fmt::format("all {} runs before it in other dags succeeded", upstream));
}

Check RecentDeploys(const CaseFile& file, const Findings& so_far) {
    for (const ChangeSignal& change : so_far.history.changes)
        if (change.kind == "deploy") {
            Check check = Make("recent_deploys", change.score >= kClaimed ? "fail" : "warn", change.why);
            check.proofs.push_back(change.proof);
            return check;
        }
    const Time start = file.run.run.started_at.value_or(Time{});
    for (const auto& version : file.dag.versions)
        if (version.created_at && *version.created_at <= start && SecondsBetween(*version.created_at, start) < 86400 &&
            file.dag.versions.size() > 1 && &version != &file.dag.versions.front())
            return Make("recent_deploys", "warn",
                        fmt::format("version {} was deployed {:.1f} h before the run", version.version,
                                    SecondsBetween(*version.created_at, start) / 3600));
    if (file.dag.versions.empty()) return Skipped("recent_deploys", "no versions of the dag are recorded");
    return Pass("recent_deploys",
                "nothing was deployed for this dag in the day before, as far as versions and sources tell");
}

Check PackageDrift(const CaseFile& file, const Findings& so_far) {
    for (const ChangeSignal& change : so_far.history.changes)
        if (change.kind == "package")
            return Make("package_drift", change.score >= kClaimed ? "fail" : "warn",
                        fmt::format("{}: {}", change.resource, change.why));
    const auto history = file.fact_history.find("provider");
    if (history == file.fact_history.end() || history->second.empty())
        return Skipped("package_drift", "providers were not recorded");
    std::map<std::string, int> seen;
    for (const auto& fact : history->second) ++seen[fact.key];
    const bool more = std::any_of(seen.begin(), seen.end(), [](const auto& entry) { return entry.second > 1; });
    if (!more)
        return Skipped("package_drift",
                       fmt::format("{} providers were seen once only: nothing to compare with", seen.size()));
    return Pass("package_drift",
                fmt::format("{} providers, none changed between the last good run and the onset", seen.size()));
}

/// What happened before it could have: the clocks of scheduler and worker disagree.
Check ClockSkew(const CaseFile& file, const Findings&) {
    double worst = 0;
    std::string where;
    size_t compared = 0;
    for (const auto& attempt : file.run.attempts) {
        const auto look = [&](const std::optional<Time>& earlier, const std::optional<Time>& later, const char* what) {
            if (!earlier || !later) return;
            ++compared;
            if (const double ahead = SecondsBetween(*later, *earlier); ahead > worst) {
                worst = ahead;
                where = fmt::format("{} {} {:.2f} s too early", attempt.task_id, what, ahead);
            }
        };
        look(attempt.queued_at, attempt.started_at, "started");
        look(attempt.started_at, attempt.ended_at, "ended");
    }
    if (compared == 0) return Skipped("clock", "no times of attempts are recorded");
    if (worst > 1) return Make("clock", "warn", "clocks disagree: " + where);
    return Pass("clock", fmt::format("{} pairs of times are in order", compared));
}

Check Storage(const CaseFile& file, const Findings& so_far) {
    for (const TaskFinding& task : so_far.tasks)
        for (const Candidate& candidate : task.candidates)
            if (candidate.code.starts_with("STORAGE_DISK_FULL") || candidate.code.starts_with("STORAGE_PERMISSION")) {
                Check check = Make("storage", task.role == Role::kRootCause ? "fail" : "warn",
                                   fmt::format("{}: {}", task.task_id, candidate.why));
                check.proofs.push_back(candidate.proof);
                return check;
            }
    size_t failed = 0, without_log = 0;
    for (const TaskFinding& task : so_far.tasks) {
        if (task.state != model::AttemptState::kFailed || task.readings.empty()) continue;
        ++failed;
        without_log += !task.readings.back().has_log;
    }
    if (failed == 0) return Skipped("storage", "no failed task's log was read");
    if (without_log > 0)
        return Make("storage", "warn",
                    fmt::format("the log of {} of {} is not there", without_log,
                                SayCount(static_cast<int64_t>(failed), "failed task")));
    (void)file;
    return Pass("storage", "logs are there, and no line tells of a full or read-only disk");
}

}  // namespace

std::vector<Check> CheckDag(const CaseFile& file, const Findings& so_far) {
    std::vector<Check> checks;
    for (auto* check : {ImportErrors, Schedule, Paused, VersionChange, ConfigChange, Concurrency, Pools, UpstreamData,
                        RecentDeploys, PackageDrift, ClockSkew, Storage})
        checks.push_back(check(file, so_far));
    return checks;
}

}  // namespace dagy::diagnose
