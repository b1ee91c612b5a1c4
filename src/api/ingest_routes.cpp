#include "api/ingest_routes.h"

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"

namespace dagy::api {

void AddIngestRoutes(RouteTable& table, RunFinder& finder, TakeIngest take) {
    Route ingest{.method = "POST",
                 .path = "/api/v1/ingest",
                 .operation_id = "ingest",
                 .summary = "Take records in, one JSON object a line",
                 .description = "Content-Encoding gzip and zstd are taken. There is no limit on the whole, 1 MiB on a line. One bad line never loses its "
                                "neighbours; the answer names each. A 2xx means that the accepted records survive a crash.",
                 .tag = "ingest",
                 .permission = identity::Permission::kRunsIngest,
                 .parameters = {QueryText("deployment", "Where lines belong that name no deployment; default: the organization's default one.")},
                 .body_type = "application/x-ndjson",
                 .answers = {{.status = 200, .description = "What became of the lines.", .schema = "IngestResult"},
                             {.status = 400, .description = "The body broke off or cannot be unpacked.", .schema = "Problem", .content_type = "application/problem+json"},
                             {.status = 507, .description = "No space is left.", .schema = "Problem", .content_type = "application/problem+json"}},
                 .transport = {.stream_body = true}};
    ingest.handle = [&finder, take = std::move(take)](Call& call) {
        const std::string deployment = call.Find("deployment").value_or(finder.DefaultDeployment(call.who.org));
        const model::Scope scope = finder.ScopeOf(call, call.who.org, deployment);
        if (!call.request.body_reader) throw ProblemError({.code = "bad_request", .detail = "the request has no body"});
        return Json(take(scope, *call.request.body_reader));
    };
    table.Add(std::move(ingest));
}

}  // namespace dagy::api
