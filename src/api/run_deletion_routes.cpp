#include "api/call.h"
#include "api/parameter_list.h"
#include "api/upkeep_routes.h"
#include "lake/upkeep.h"

namespace dagy::api {

void AddRunDeletionRoutes(RouteTable& table, const UpkeepRouteParts& parts) {
    Route route{
        .method = "DELETE",
        .path = "/api/v1/dags/{dag_id}/runs/{date}/{run_id}",
        .operation_id = "deleteRun",
        .summary = "Delete a run with all that belongs to it",
        .description =
            "Records, task attempts, links, source events, diagnoses and Parquet objects go with it; the audit trail "
            "keeps that it was there. What a source sends of it again makes it anew.",
        .tag = "runs",
        .permission = identity::Permission::kAdminMembers,
        .parameters = RunPath(),
        .answers = {{.status = 200, .description = "It is gone; what there was.", .schema = "DeletedRun"},
                    {.status = 409,
                     .description = "It is in use: running, or being diagnosed.",
                     .schema = "Problem",
                     .content_type = "application/problem+json"}}};
    route.handle = [parts](Call& call) {
        const model::Run run = parts.finder.Find(call);
        const store::AuditEntry audit = identity::MakeAudit(call.who, call.Origin(), parts.clock.Now(), "run",
                                                            run.dag_id + "/" + run.run_id, "delete");
        const store::DeletedRun deleted = parts.lake.upkeep().Delete(run, "request", audit);
        return Json({{"dag_id", run.dag_id},
                     {"run_id", run.run_id},
                     {"deployment_id", run.scope.deployment},
                     {"date", run.PartitionDate()},
                     {"attempts", deleted.attempts},
                     {"rows", deleted.rows},
                     {"diagnoses", deleted.diagnoses},
                     {"objects", static_cast<int64_t>(deleted.objects.size())}});
    };
    table.Add(std::move(route));
}

}  // namespace dagy::api
