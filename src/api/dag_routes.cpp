#include <fmt/format.h>

#include <memory>

#include "api/call.h"
#include "api/cursors.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "api/run_routes.h"
#include "api/shapes.h"

namespace dagy::api {
namespace {

class DagHandlers {
  public:
    DagHandlers(RunFinder& finder, store::RunStore& runs) : finder_(finder), runs_(runs) {}

    net::Response List(Call& call) {
        const Paging paging{.page = call.Int("page"), .limit = call.Int("limit")};
        const auto deployment = call.Find("deployment_id");
        // One more tells whether there is more.
        auto dags = runs_.Dags(call.who.org, deployment, static_cast<size_t>(paging.offset()),
                               static_cast<size_t>(paging.limit) + 1, DagCursorOf(call));
        const bool more = dags.size() > static_cast<size_t>(paging.limit);
        if (more) dags.pop_back();
        json::array items;
        for (const store::DagSummary& dag : dags) items.push_back(DagShape(dag));
        json::object body = PageBody(std::move(items), runs_.CountDags(call.who.org, deployment), paging);
        body["has_more"] = more;
        body["next_cursor"] = more ? json::value(ToCursor(dags.back())) : json::value(nullptr);
        return Json(body);
    }

    net::Response One(Call& call) {
        const std::string dag_id = call.Text("dag_id");
        const model::Scope scope = ScopeOf(call);
        const auto dag = runs_.Dag(scope, dag_id, call.Find("version"));
        if (!dag) ThrowAbsent(call, scope, dag_id);
        json::array versions;
        for (const model::DagVersion& version : runs_.DagVersions(scope, dag_id))
            versions.push_back(json::value(version.version));
        json::object body{
            {"dag_id", dag->dag_id},
            {"deployment_id", scope.deployment},
            {"version", dag->version},
            {"created_at", OrNull(dag->created_at)},
            {"versions", std::move(versions)},
            {"schedule", dag->schedule.empty() ? json::value(nullptr) : json::value(dag->schedule)},
            {"source_file", dag->source_file.empty() ? json::value(nullptr) : json::value(dag->source_file)},
            {"source", dag->source.empty() ? json::value(nullptr) : json::value(dag->source)}};
        for (auto& member : GraphShape(dag, {})) body.insert(member);
        return Json(body);
    }

  private:
    model::Scope ScopeOf(const Call& call) {
        const auto deployment = call.Find("deployment_id");
        if (deployment) return finder_.ScopeOf(call, call.who.org, *deployment);
        return {.org = call.who.org, .deployment = finder_.DefaultDeployment(call.who.org)};
    }

    [[noreturn]] void ThrowAbsent(const Call& call, const model::Scope& scope, const std::string& dag_id) {
        if (const auto version = call.Find("version"); version && runs_.Dag(scope, dag_id)) {
            ThrowNotFound(fmt::format("dag `{}` has no version `{}`", dag_id, *version));
        }
        ThrowNotFound(fmt::format("there is no dag `{}` in deployment `{}`", dag_id, scope.deployment),
                      runs_.SimilarDags(scope.org, dag_id));
    }

    RunFinder& finder_;
    store::RunStore& runs_;
};

}  // namespace

void AddDagRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs) {
    const auto handlers = std::make_shared<DagHandlers>(finder, runs);

    Route list{.method = "GET",
               .path = "/api/v1/dags",
               .operation_id = "listDags",
               .summary = "DAGs and how they fare",
               .tag = "dags"};
    list.parameters =
        Join({QueryText("deployment_id", "Only this deployment's dags."), CursorParameter()}, PageParameters(50, 200));
    list.answers = {{.status = 200, .description = "A page of dags.", .schema = "DagList"}};
    list.handle = [handlers](Call& call) { return handlers->List(call); };
    table.Add(std::move(list));

    Route one{.method = "GET",
              .path = "/api/v1/dags/{dag_id}",
              .operation_id = "getDag",
              .summary = "A DAG version: graph and source",
              .tag = "dags"};
    one.parameters = {PathText("dag_id", "The dag."),
                      QueryText("deployment_id", "Default: the organization's default one."),
                      QueryText("version", "Default: the newest.")};
    one.answers = {{.status = 200, .description = "The dag version.", .schema = "DagDetail"}};
    one.handle = [handlers](Call& call) { return handlers->One(call); };
    table.Add(std::move(one));
}

}  // namespace dagy::api
