#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "api/call.h"
#include "api/dag_statistics.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "api/run_routes.h"
#include "api/shapes.h"

namespace dagy::api {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr days kDefaultRange{30};
constexpr days kRangeMax{366};
/// Of all runs of one timeline: mapped tasks have hundreds, and a strip of history has no use for each of them.
constexpr size_t kAttemptsMax = 20'000;

[[noreturn]] void ThrowRange(std::string message) {
    throw ProblemError({.code = "invalid_input",
                        .detail = "`date_to` " + message,
                        .errors = {{.parameter = "date_to", .message = std::move(message)}}});
}

class DagHistoryHandlers {
  public:
    DagHistoryHandlers(RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses, const Clock& clock)
        : finder_(finder), runs_(runs), diagnoses_(diagnoses), clock_(clock) {}

    net::Response Statistics(Call& call) {
        const std::string dag_id = call.Text("dag_id");
        const model::Scope scope = DagScope(call, dag_id);
        const auto [from, to] = Range(call, scope, dag_id);
        const std::string date_from = FormatDate(from), date_to = FormatDate(to);

        DagStatistics statistics(from, to);
        std::vector<std::string> failed;
        runs_.DayTallies(scope, dag_id, date_from, date_to, [&](const store::DayTally& day) {
            statistics.Add(day);
            failed.insert(failed.end(), day.failed_runs.begin(), day.failed_runs.end());
        });
        for (const store::DiagnosedRun& run : diagnoses_.Diagnosed(scope, dag_id, failed)) statistics.Add(run);

        json::object body{
            {"dag_id", dag_id}, {"deployment_id", scope.deployment}, {"date_from", date_from}, {"date_to", date_to}};
        for (auto& member : statistics.Body()) body.insert(member);
        return Json(body);
    }

    net::Response Timeline(Call& call) {
        const std::string dag_id = call.Text("dag_id");
        model::Scope scope;
        std::vector<model::Run> runs = Window(call, dag_id, scope);
        std::ranges::reverse(runs);
        const auto causes = Causes(scope, dag_id, runs);
        auto attempts = Attempts(runs);

        json::array shown;
        for (const model::Run& run : runs) {
            json::object item = RunShape(run, causes);
            item["attempts"] = std::move(attempts[run.key]);
            shown.push_back(std::move(item));
        }
        json::object body{{"dag_id", dag_id}, {"deployment_id", scope.deployment}};
        body["runs"] = std::move(shown);
        return Json(body);
    }

  private:
    using CausesByRun = std::map<std::string, store::DiagnosedRun>;

    /// 404 unless the deployment has this dag.
    model::Scope DagScope(const Call& call, const std::string& dag_id) {
        const auto deployment = call.Find("deployment_id");
        const model::Scope scope =
            deployment ? finder_.ScopeOf(call, call.who.org, *deployment)
                       : model::Scope{.org = call.who.org, .deployment = finder_.DefaultDeployment(call.who.org)};
        if (!runs_.Dag(scope, dag_id)) {
            ThrowNotFound(fmt::format("there is no dag `{}` in deployment `{}`", dag_id, scope.deployment),
                          runs_.SimilarDags(scope.org, dag_id));
        }
        return scope;
    }

    std::pair<sys_days, sys_days> Range(const Call& call, const model::Scope& scope, const std::string& dag_id) {
        const auto from = call.Find("date_from"), to = call.Find("date_to");
        sys_days last = to ? *ParseDate(*to) : NewestDay(scope, dag_id);
        const sys_days first = from ? *ParseDate(*from) : last - kDefaultRange + days(1);
        if (!to) last = std::clamp(last, first, first + kRangeMax - days(1));
        if (last < first) ThrowRange(fmt::format("must not be before date_from ({})", FormatDate(first)));
        if (last - first + days(1) > kRangeMax)
            ThrowRange(fmt::format("must be at most {} days after date_from", (kRangeMax - days(1)).count()));
        return {first, last};
    }

    sys_days NewestDay(const model::Scope& scope, const std::string& dag_id) {
        const auto newest =
            runs_.Runs({.org = scope.org, .deployment = scope.deployment, .dag_id = dag_id, .limit = 1}).runs;
        return newest.empty() ? std::chrono::floor<days>(clock_.Now()) : *ParseDate(newest.front().PartitionDate());
    }

    /// Newest first: the newest runs, or `before_run` and those before it.
    std::vector<model::Run> Window(const Call& call, const std::string& dag_id, model::Scope& scope) {
        const auto limit = static_cast<size_t>(call.Int("limit"));
        const auto anchor = call.Find("before_run");
        if (!anchor) {
            scope = DagScope(call, dag_id);
            return runs_.Runs({.org = scope.org, .deployment = scope.deployment, .dag_id = dag_id, .limit = limit})
                .runs;
        }
        std::vector<model::Run> window{finder_.Find(call.who.org, call.Find("deployment_id"), dag_id, *anchor)};
        scope = window.front().scope;
        const auto older = runs_.Runs({.org = scope.org,
                                       .deployment = scope.deployment,
                                       .dag_id = dag_id,
                                       .after_run_key = window.front().key,
                                       .limit = limit - 1});
        window.insert(window.end(), older.runs.begin(), older.runs.end());
        return window;
    }

    CausesByRun Causes(const model::Scope& scope, const std::string& dag_id, const std::vector<model::Run>& runs) {
        std::vector<std::string> failed;
        for (const model::Run& run : runs) {
            if (run.state == model::RunState::kFailed) failed.push_back(run.run_id);
        }
        CausesByRun causes;
        for (store::DiagnosedRun& run : diagnoses_.Diagnosed(scope, dag_id, failed))
            causes.insert_or_assign(run.run_id, std::move(run));
        return causes;
    }

    std::map<int64_t, json::array> Attempts(const std::vector<model::Run>& runs) {
        std::vector<int64_t> keys;
        for (const model::Run& run : runs) keys.push_back(run.key);
        const size_t a_run_max = runs.empty() ? 0 : kAttemptsMax / runs.size();
        std::map<int64_t, json::array> attempts;
        for (const model::TaskAttempt& attempt : runs_.AttemptsOfRuns(keys)) {
            json::array& of_run = attempts[attempt.run_key];
            if (of_run.size() == a_run_max) continue;
            of_run.push_back({{"task_id", attempt.task_id},
                              {"map_index", attempt.map_index},
                              {"attempt", attempt.attempt},
                              {"state", model::Name(attempt.state)},
                              {"started_at", OrNull(attempt.started_at)},
                              {"ended_at", OrNull(attempt.ended_at)}});
        }
        return attempts;
    }

    static json::object RunShape(const model::Run& run, const CausesByRun& causes) {
        const json::object item = RunListItem(run);
        json::object shape;
        for (const char* name :
             {"run_id", "date", "state", "started_at", "ended_at", "duration_seconds", "dag_version"})
            shape[name] = item.at(name);
        const auto cause = causes.find(run.run_id);
        const auto or_null = [&](const std::string& text) {
            return text.empty() ? json::value(nullptr) : json::value(text);
        };
        const bool has = cause != causes.end();
        shape["cause"] = has ? or_null(cause->second.code) : nullptr;
        shape["root_task_id"] = has ? or_null(TaskOf(run.dag_id, cause->second.root_task)) : nullptr;
        shape["diagnosis_run_id"] = has ? or_null(cause->second.diagnosis_id) : nullptr;
        return shape;
    }

    /// The root of a failure may lie in another dag: then no task of this one is it.
    static std::string TaskOf(const std::string& dag_id, const std::string& root_task) {
        const std::string prefix = dag_id + ".";
        return root_task.starts_with(prefix) ? root_task.substr(prefix.size()) : std::string();
    }

    RunFinder& finder_;
    store::RunStore& runs_;
    store::DiagnosisStore& diagnoses_;
    const Clock& clock_;
};

Parameter QueryDate(std::string name, std::string description) {
    return {.name = std::move(name), .type = Type::kDate, .description = std::move(description)};
}

}  // namespace

void AddDagHistoryRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses,
                         const Clock& clock) {
    const auto handlers = std::make_shared<DagHistoryHandlers>(finder, runs, diagnoses, clock);

    Route statistics{.method = "GET",
                     .path = "/api/v1/dags/{dag_id}/statistics",
                     .operation_id = "getDagStatistics",
                     .summary = "How a DAG's runs fared over some days",
                     .description =
                         "Counts, success rates, duration percentiles (nearest rank; of what succeeded), per "
                         "day and per task, and the causes that diagnoses found.",
                     .tag = "dags"};
    statistics.parameters = {
        PathText("dag_id", "The dag."),
        QueryDate("date_from", "First partition date, inclusive; default: 29 days before date_to."),
        QueryDate("date_to", fmt::format("Last partition date, inclusive; default: that of the dag's newest run, as "
                                         "far as the range allows. At most {} days.",
                                         kRangeMax.count())),
        QueryText("deployment_id", "Default: the organization's default one.")};
    statistics.answers = {{.status = 200, .description = "The figures.", .schema = "DagStatistics"}};
    statistics.handle = [handlers](Call& call) { return handlers->Statistics(call); };
    table.Add(std::move(statistics));

    Route timeline{.method = "GET",
                   .path = "/api/v1/dags/{dag_id}/timeline",
                   .operation_id = "getDagTimeline",
                   .summary = "A DAG's last runs with their attempts, oldest first",
                   .tag = "dags"};
    timeline.parameters = {
        PathText("dag_id", "The dag."), QueryInteger("limit", 30, 1, 200, "Runs at most."),
        QueryText("before_run", "The window ends with this run; default: the newest one."),
        QueryText("deployment_id", "Default: that of before_run, else the organization's default one.")};
    timeline.answers = {{.status = 200, .description = "The runs.", .schema = "DagTimeline"}};
    timeline.handle = [handlers](Call& call) { return handlers->Timeline(call); };
    table.Add(std::move(timeline));
}

}  // namespace dagy::api
