#include "api/ingest_routes.h"

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "ingest/ndjson/ndjson_ingest.h"
#include "net/http.h"

namespace dagy::api {
namespace {

json::object Shape(const ingest::ndjson::IngestReport& report) {
    json::array errors;
    for (const ingest::ndjson::LineFault& fault : report.errors) {
        json::object item{{"line", fault.line}, {"message", fault.reason}};
        if (!fault.member.empty()) item["member"] = fault.member;
        errors.push_back(std::move(item));
    }
    json::object shape;
    shape["accepted"] = report.accepted;
    shape["duplicates"] = report.duplicates;
    shape["rejected"] = report.rejected;
    shape["errors"] = std::move(errors);
    return shape;
}

class IngestHandler {
  public:
    IngestHandler(RunFinder& finder, store::IdentityStore& identities, lake::Lake& lake)
        : finder_(finder), identities_(identities), lake_(lake) {}

    net::Response Take(Call& call) {
        const std::string deployment = call.Find("deployment_id").value_or(finder_.DefaultDeployment(call.who.org));
        const model::Scope scope = finder_.ScopeOf(call, call.who.org, deployment);
        if (!call.request.body_reader) throw ProblemError({.code = "bad_request", .detail = "the request has no body"});
        const auto deployments = identities_.Deployments(scope.org);
        ingest::ndjson::IngestOptions options;
        options.knows_deployment = [&deployments](const std::string& id) {
            return std::ranges::find(deployments, id, &store::Deployment::id) != deployments.end();
        };
        ingest::ndjson::NdjsonIngest lines(lake_, scope, options);
        net::BodyReader& body = *call.request.body_reader;
        for (std::string bytes = body.Read(); !bytes.empty(); bytes = body.Read()) lines.Feed(bytes);
        return Json(Shape(lines.Finish()));
    }

  private:
    RunFinder& finder_;
    store::IdentityStore& identities_;
    lake::Lake& lake_;
};

}  // namespace

void AddIngestRoutes(RouteTable& table, RunFinder& finder, store::IdentityStore& identities, lake::Lake& lake) {
    Route route{
        .method = "POST",
        .path = "/api/v1/ingest",
        .operation_id = "ingest",
        .summary = "Take records in, one JSON object a line",
        .description =
            "Content-Encoding gzip and zstd are taken. There is no limit on the whole, 1 MiB on a line. One bad line "
            "never loses its "
            "neighbours; the answer names each. A 2xx means that the accepted records survive a crash.",
        .tag = "ingest",
        .permission = identity::Permission::kRunsIngest,
        .parameters = {QueryText(
            "deployment_id", "Where lines belong that name no deployment; default: the organization's default one.")},
        .body_type = "application/x-ndjson",
        .answers = {{.status = 200, .description = "What became of the lines.", .schema = "IngestResult"},
                    Answer::Refusal(400, "The body broke off or cannot be unpacked."),
                    Answer::Refusal(404, "There is no such deployment."),
                    Answer::Refusal(507, "No space is left.")},
        .transport = {.stream_body = true}};
    route.handle = [handler = std::make_shared<IngestHandler>(finder, identities, lake)](Call& call) {
        return handler->Take(call);
    };
    table.Add(std::move(route));
}

}  // namespace dagy::api
