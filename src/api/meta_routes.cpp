#include "api/meta_routes.h"

#include <memory>

#include "api/call.h"
#include "api/docs_page.h"
#include "api/openapi.h"
#include "api/problem.h"

namespace dagy::api {
namespace {

/// Written once the table is full.
struct Written {
    std::string openapi;
    DocsPage docs;
};

Route Base(std::string path, std::string operation_id, std::string summary, Access access) {
    return {.method = "GET",
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "meta",
            .access = access};
}

Route OpenApiRoute(const std::shared_ptr<Written>& written) {
    Route route = Base("/openapi.json", "getOpenApi", "This description", Access::kPublic);
    route.rate_limited = false;
    route.transport.inline_handler = true;
    route.answers = {{.status = 200, .description = "OpenAPI 3.1.", .content_type = "application/json"}};
    route.handle = [written](Call&) {
        net::Response response;
        response.static_body = written->openapi;
        return response;
    };
    return route;
}

Route DocsRoute(const std::shared_ptr<Written>& written) {
    Route route = Base("/docs", "getDocs", "Every operation on one page", Access::kPublic);
    route.rate_limited = false;
    route.transport.inline_handler = true;
    route.answers = {{.status = 200, .description = "A page.", .content_type = "text/html"}};
    route.handle = [written](Call&) {
        net::Response response;
        response.content_type = "text/html; charset=utf-8";
        response.static_body = written->docs.html;
        response.headers.emplace_back("Content-Security-Policy", written->docs.content_security_policy);
        return response;
    };
    return route;
}

Route ProblemsRoute() {
    Route route = Base("/api/v1/problems", "listProblems", "Every error that there can be", Access::kSignedIn);
    route.answers = {{.status = 200, .description = "The catalogue.", .schema = "ProblemCatalogue"}};
    route.handle = [](Call&) { return Json(ProblemCatalogue()); };
    return route;
}

Route MetricsRoute(const Metrics& metrics, const SseHub& hub, const StreamSlots& searches) {
    Route route = Base("/metrics", "getMetrics", "Counters for Prometheus", Access::kPermitted);
    route.answers = {{.status = 200, .description = "Prometheus text.", .content_type = "text/plain"}};
    route.handle = [&metrics, &hub, &searches](Call&) {
        net::Response response;
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        response.body = metrics.Text(hub.open_streams(), searches.open());
        return response;
    };
    return route;
}

}  // namespace

void AddMetaRoutes(RouteTable& table, const Metrics& metrics, const SseHub& hub, const StreamSlots& searches,
                   const std::string& version) {
    const auto written = std::make_shared<Written>();
    table.Add(OpenApiRoute(written));
    table.Add(DocsRoute(written));
    table.Add(ProblemsRoute());
    table.Add(MetricsRoute(metrics, hub, searches));
    written->openapi = json::serialize(OpenApi(table, version));
    written->docs = MakeDocsPage(table, version);
}

}  // namespace dagy::api
