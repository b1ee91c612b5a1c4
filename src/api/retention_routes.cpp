#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "api/upkeep_routes.h"

namespace dagy::api {
namespace {

class RetentionHandlers {
  public:
    explicit RetentionHandlers(const UpkeepRouteParts& parts) : parts_(parts) {}

    net::Response Get(Call& call) {
        const model::Scope scope = ScopeOf(call);
        return Json(Shape(call, scope, parts_.upkeep.RetentionDays(scope, call.Text("dag_id"))));
    }

    net::Response Put(Call& call) {
        const model::Scope scope = ScopeOf(call);
        const std::string dag_id = call.Text("dag_id");
        const json::value& wanted = call.body.at("days");
        const std::optional<int64_t> days =
            wanted.is_null() ? std::nullopt : std::optional(wanted.to_number<int64_t>());
        store::AuditEntry audit =
            identity::MakeAudit(call.who, call.Origin(), parts_.clock.Now(), "retention", dag_id, "update");
        audit.before = {{"days", OrNull(parts_.upkeep.RetentionDays(scope, dag_id))}};
        audit.after = {{"days", wanted}};
        parts_.upkeep.SetRetentionDays(scope, dag_id, days, audit);
        return Json(Shape(call, scope, days));
    }

  private:
    static json::value OrNull(const std::optional<int64_t>& number) {
        return number ? json::value(*number) : json::value(nullptr);
    }

    json::object Shape(const Call& call, const model::Scope& scope, const std::optional<int64_t>& days) const {
        const int64_t counts = days.value_or(parts_.retention_days);
        return {{"dag_id", call.Text("dag_id")},
                {"deployment_id", scope.deployment},
                {"days", OrNull(days)},
                {"default_days", parts_.retention_days},
                {"keeps_days", counts > 0 ? json::value(counts) : json::value(nullptr)}};
    }

    model::Scope ScopeOf(const Call& call) {
        const std::string deployment =
            call.Find("deployment_id").value_or(parts_.finder.DefaultDeployment(call.who.org));
        const model::Scope scope = parts_.finder.ScopeOf(call, call.who.org, deployment);
        const std::string dag_id = call.Text("dag_id");
        const auto dags = parts_.runs.SimilarDags(scope.org, dag_id);
        if (std::ranges::find(dags, dag_id) == dags.end())
            ThrowNotFound(fmt::format("there is no dag `{}`", dag_id), dags);
        return scope;
    }

    const UpkeepRouteParts parts_;
};

}  // namespace

void AddRetentionRoutes(RouteTable& table, const UpkeepRouteParts& parts) {
    const auto handlers = std::make_shared<RetentionHandlers>(parts);
    Route get{.method = "GET",
              .path = "/api/v1/dags/{dag_id}/retention",
              .operation_id = "getRetention",
              .summary = "How long the runs of a DAG are kept",
              .tag = "dags",
              .parameters = {PathText("dag_id", "The dag."),
                             QueryText("deployment_id", "Default: the organization's default one.")},
              .answers = {{.status = 200, .description = "Its own setting and what counts.", .schema = "Retention"}}};
    Route put = get;
    get.handle = [handlers](Call& call) { return handlers->Get(call); };
    table.Add(std::move(get));

    put.method = "PUT";
    put.operation_id = "putRetention";
    put.summary = "Set how long the runs of a DAG are kept";
    put.description = "0 days: for ever; null: as long as DAGY_RETENTION_DAYS says.";
    put.permission = identity::Permission::kAdminMembers;
    put.body_schema = "RetentionRequest";
    put.handle = [handlers](Call& call) { return handlers->Put(call); };
    table.Add(std::move(put));
}

}  // namespace dagy::api
