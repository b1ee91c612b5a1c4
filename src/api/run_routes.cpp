#include "api/run_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/cursors.h"
#include "api/parameter_list.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/shapes.h"

namespace dagy::api {
namespace {

std::vector<std::string> CommaList(const std::string& text) {
    std::vector<std::string> list;
    for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find(',', at), text.size());
        if (end > at) list.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return list;
}

[[noreturn]] void ThrowParameter(std::string parameter, std::string message) {
    const std::string detail = fmt::format("`{}` {}", parameter, message);
    throw ProblemError({.code = "invalid_input",
                        .detail = detail,
                        .errors = {{.parameter = std::move(parameter), .message = std::move(message)}}});
}

class RunHandlers {
  public:
    RunHandlers(RunFinder& finder, RunSearch& search, store::RunStore& runs, store::DiagnosisStore& diagnoses)
        : finder_(finder), search_(search), runs_(runs), diagnoses_(diagnoses) {}

    net::Response Search(Call& call) {
        RunSearchQuery query{.org = call.who.org,
                             .deployment = call.Find("deployment_id"),
                             .dag_id = call.Text("dag_id"),
                             .date_from = call.Text("date_from"),
                             .date_to = call.Text("date_to"),
                             .run_ids = CommaList(call.Text("run_ids")),
                             .after_run_key = RunCursorOf(call, runs_),
                             .full_depth = call.Text("depth") == "full",
                             .paging = {.page = call.Int("page"), .limit = call.Int("limit")}};
        for (const model::EtlPhase phase : model::kEtlPhases) {
            const std::string name(Name(phase));
            if (const auto status = model::ParsePhaseStatus(call.Text(name + "_status")))
                query.statuses.push_back({phase, *status});
            if (const auto keyword = call.Find(name + "_keyword")) query.keywords.push_back({phase, *keyword});
        }
        return Json(search_.Search(query));
    }

    /// Runs of all dags, by keyset: as fast on the last page as on the first.
    net::Response List(Call& call) {
        store::RunQuery query{
            .org = call.who.org, .deployment = call.Find("deployment_id"), .dag_id = call.Find("dag_id")};
        query.limit = static_cast<size_t>(call.Int("limit"));
        if (const auto run_id = call.Find("run_id")) query.run_ids = {*run_id};
        for (const std::string& word : CommaList(call.Text("state"))) {
            const auto state = model::ParseRunState(word);
            if (!state)
                ThrowParameter("state",
                               fmt::format("must be of QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED, not `{}`", word));
            query.states.push_back(*state);
        }
        query.after_run_key = RunCursorOf(call, runs_);
        query.limit += 1;  // one more tells whether there is more
        store::RunPage page = runs_.Runs(query);
        const bool more = page.runs.size() == query.limit;
        if (more) page.runs.pop_back();

        json::array items;
        for (const model::Run& run : page.runs) {
            json::object item = RunListItem(run);
            item["cause"] = Cause(run);
            items.push_back(std::move(item));
        }
        json::object body;
        body["items"] = std::move(items);
        body["total"] = page.total;
        body["limit"] = call.Int("limit");
        body["has_more"] = more;
        body["next_cursor"] = more ? json::value(ToCursor(page.runs.back())) : json::value(nullptr);
        if (page.total == 0 && call.Find("run_id")) body["hint"] = WhatIsClose(call);
        return Json(body);
    }

    net::Response One(Call& call) {
        const model::Run run = finder_.Find(call);
        json::object result = SearchRunResult(run, runs_.Phases(run.key), finder_.DefaultDeployment(run.scope.org));
        result["cause"] = Cause(run);
        return Json(result);
    }

    net::Response Tasks(Call& call) {
        const model::Run run = finder_.Find(call);
        const auto attempts = runs_.Attempts(run.key);
        auto dag = run.dag_version.empty() ? std::nullopt : runs_.Dag(run.scope, run.dag_id, run.dag_version);
        if (!dag) dag = runs_.Dag(run.scope, run.dag_id);
        json::array shown, links;
        for (const model::TaskAttempt& attempt : attempts) shown.push_back(TaskAttemptShape(attempt));
        for (const model::RunLink& link : runs_.Links(run.scope, run.dag_id, run.run_id))
            links.push_back(LinkShape(link));
        json::object body;
        body["run_id"] = run.run_id;
        body["dag_id"] = run.dag_id;
        body["dag_version"] = dag ? dag->version : run.dag_version;
        body["graph"] = GraphShape(dag, attempts);
        body["attempts"] = std::move(shown);
        body["links"] = std::move(links);
        return Json(body);
    }

  private:
    std::string WhatIsClose(const Call& call) {
        const auto dag_id = call.Find("dag_id");
        if (!dag_id) return "no run of any dag is called so";
        const auto runs = runs_.SimilarRuns(call.who.org, *dag_id, call.Text("run_id"));
        if (!runs.empty()) return fmt::format("did you mean `{}`?", fmt::join(runs, "`, `"));
        const store::RunPage newest = runs_.Runs({.org = call.who.org, .dag_id = dag_id, .limit = 3});
        std::vector<std::string> ids;
        for (const model::Run& run : newest.runs) ids.push_back(run.run_id);
        if (!ids.empty()) return fmt::format("its newest runs: `{}`", fmt::join(ids, "`, `"));
        const auto dags = runs_.SimilarDags(call.who.org, *dag_id);
        if (std::ranges::find(dags, *dag_id) != dags.end()) return "it has no runs";
        if (!dags.empty()) return fmt::format("dags that are there: `{}`", fmt::join(dags, "`, `"));
        return runs_.CountDags(call.who.org, {}) == 0 ? "there are no dags yet" : "no dag is called like that";
    }

    json::value Cause(const model::Run& run) {
        if (run.state != model::RunState::kFailed) return nullptr;
        return CauseOf(diagnoses_.LatestResult(run.scope, run.dag_id, run.run_id));
    }

    RunFinder& finder_;
    RunSearch& search_;
    store::RunStore& runs_;
    store::DiagnosisStore& diagnoses_;
};

/// A run's cursor is its key.
Parameter RunCursor() {
    Parameter cursor = CursorParameter();
    cursor.length_max = 64;
    return cursor;
}

std::vector<Parameter> SearchParameters(int days_max) {
    std::vector<Parameter> list = {
        PathText("dag_id", "The dag."),
        {.name = "date_from", .type = Type::kDate, .required = true, .description = "First partition date, inclusive."},
        {.name = "date_to",
         .type = Type::kDate,
         .required = true,
         .description = fmt::format("Last partition date, inclusive; at most {} days in all.", days_max)}};
    for (const std::string phase : {"event", "extract", "transform", "load"}) {
        list.push_back({.name = phase + "_status",
                        .default_value = "all",
                        .allowed = {"all", "success", "error", "running", "missing"},
                        .description = "Only runs whose phase has this status."});
        list.push_back(QueryText(phase + "_keyword",
                                 "Case-insensitive substring of the phase's status, path or first 100 data rows."));
    }
    list.push_back({.name = "depth",
                    .default_value = "head",
                    .allowed = {"head", "full"},
                    .description = "How far keywords look: head is as above; full is every row, log line and error of "
                                   "the phase too, and each run says where in `matches`."});
    Parameter run_ids = QueryText("run_ids", "Comma-separated run_id allowlist.");
    run_ids.length_max = 8192;  // what fits into a target beside all other parameters
    list.push_back(std::move(run_ids));
    list.push_back(QueryText("deployment_id", "Only this deployment's runs."));
    list.push_back(RunCursor());
    return Join(std::move(list), PageParameters(20, 100));
}

Route Base(std::string path, std::string operation_id, std::string summary) {
    return {.method = "GET",
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "runs"};
}

}  // namespace

void AddRunRoutes(RouteTable& table, RunFinder& finder, RunSearch& search, store::RunStore& runs,
                  store::DiagnosisStore& diagnoses) {
    const auto handlers = std::make_shared<RunHandlers>(finder, search, runs, diagnoses);

    Route searched = Base("/api/v1/dags/{dag_id}/runs", "searchRuns", "Search runs for a DAG");
    searched.parameters = SearchParameters(search.days_max());
    searched.answers = {{.status = 200, .description = "Runs matching the filters.", .schema = "SearchRunsResponse"},
                        {.status = 504,
                         .description = "depth=full took too long.",
                         .schema = "Problem",
                         .content_type = "application/problem+json"},
                        {.status = 502,
                         .description = "Run lookup failed.",
                         .schema = "Problem",
                         .content_type = "application/problem+json"}};
    searched.handle = [handlers](Call& call) { return handlers->Search(call); };
    table.Add(std::move(searched));

    Route list = Base("/api/v1/runs", "listRuns", "Runs of all dags, newest first, with their causes");
    list.parameters = {QueryText("state", "Comma-separated: QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED."),
                       QueryText("dag_id", "Only this dag's runs."),
                       QueryText("run_id", "Only runs of this id."),
                       QueryText("deployment_id", "Only this deployment's runs."),
                       RunCursor(),
                       QueryInteger("limit", 50, 1, 200, "Items a page.")};
    list.answers = {{.status = 200, .description = "A page of runs.", .schema = "RunList"}};
    list.handle = [handlers](Call& call) { return handlers->List(call); };
    table.Add(std::move(list));

    Route one = Base("/api/v1/dags/{dag_id}/runs/{date}/{run_id}", "getRun", "Run summary");
    one.parameters = RunPath();
    one.answers = {{.status = 200, .description = "Run found.", .schema = "SearchRunResult"}};
    one.handle = [handlers](Call& call) { return handlers->One(call); };
    table.Add(std::move(one));

    Route tasks = Base("/api/v1/dags/{dag_id}/runs/{date}/{run_id}/tasks", "getRunTasks",
                       "Task attempts of a run and the graph of its dag version");
    tasks.parameters = RunPath();
    tasks.answers = {{.status = 200, .description = "Graph and attempts.", .schema = "RunTasks"}};
    tasks.handle = [handlers](Call& call) { return handlers->Tasks(call); };
    table.Add(std::move(tasks));
}

}  // namespace dagy::api
