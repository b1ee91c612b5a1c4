#include "api/health_routes.h"

#include "api/call.h"

namespace dagy::api {
namespace {

Route Base(std::string path, std::string operation_id, std::string summary, std::string schema) {
    return {.method = "GET",
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "health",
            .access = Access::kPublic,
            .answers = {{.status = 200, .description = "As well as it says.", .schema = std::move(schema)}},
            .rate_limited = false};
}

}  // namespace

void AddHealthRoutes(RouteTable& table, HealthChecks& checks) {
    Route whole = Base("/health", "getHealth", "Health of every part", "Health");
    whole.answers.push_back({.status = 503, .description = "A part is unhealthy.", .schema = "Health"});
    whole.handle = [&checks](Call&) {
        const auto answer = checks.Ask();
        return Json(answer.body, answer.health == Health::kUnhealthy ? 503 : 200);
    };
    table.Add(std::move(whole));

    Route live = Base("/health/live", "getLiveness", "The process answers", "Alive");
    live.transport.inline_handler = true;
    live.handle = [](Call&) { return Json({{"status", "alive"}}); };
    table.Add(std::move(live));

    Route ready = Base("/health/ready", "getReadiness", "It takes traffic", "Alive");
    ready.answers.push_back({.status = 503, .description = "It does not.", .schema = "Alive"});
    ready.handle = [&checks](Call&) {
        const bool takes = checks.Ask().health != Health::kUnhealthy;
        return Json({{"status", takes ? "ready" : "not ready"}}, takes ? 200 : 503);
    };
    table.Add(std::move(ready));
}

}  // namespace dagy::api
