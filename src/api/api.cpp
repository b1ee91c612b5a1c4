#include "api/api.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "api/artifact_routes.h"
#include "api/call.h"
#include "api/download_pool.h"
#include "api/gate.h"
#include "api/guidance_routes.h"
#include "api/health_routes.h"
#include "api/identity_routes.h"
#include "api/ingest_routes.h"
#include "api/meta_routes.h"
#include "api/metrics.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/record_routes.h"
#include "api/run_routes.h"
#include "api/schemas.h"
#include "api/search_routes.h"
#include "api/upkeep_routes.h"
#include "base/error.h"
#include "base/ids.h"

namespace dagy::api {
namespace {

bool HasHeader(const net::Response& response, std::string_view name) {
    return std::ranges::any_of(response.headers, [&](const auto& header) { return header.first == name; });
}

void AddHeader(net::Response& response, std::string name, std::string value) {
    if (!HasHeader(response, name)) response.headers.emplace_back(std::move(name), std::move(value));
}

bool IsJson(const net::Request& request) {
    return request.Header("content-type").value_or("").starts_with("application/json");
}

/// The body as an object that fits its schema; throws with every fault.
json::object ReadBody(const api::Route& route, const net::Request& request) {
    const json::value body = WholeNumbers(ParseJson(request.body, "the body"));
    std::vector<Fault> faults = FaultsOfBody(body, route.body_schema);
    if (faults.empty()) return body.as_object();
    const std::string detail =
        fmt::format("the body has {} fault{}: `{}` {}", faults.size(), faults.size() == 1 ? "" : "s",
                    faults.front().pointer, faults.front().message);
    throw ProblemError({.code = route.fault_status == 400 ? "bad_request" : "invalid_input",
                        .detail = detail,
                        .errors = std::move(faults)});
}

void CheckParameters(api::Call& call) {
    std::vector<Fault> faults = TakeParameters(call);
    if (faults.empty()) return;
    const std::string detail =
        fmt::format("{} parameter{} wrong: `{}` {}", faults.size(), faults.size() == 1 ? " is" : "s are",
                    faults.front().parameter, faults.front().message);
    throw ProblemError({.code = call.route.fault_status == 400 ? "bad_request" : "invalid_input",
                        .detail = detail,
                        .errors = std::move(faults)});
}

}  // namespace

struct Api::State {
    State(ApiParts taken, ApiOptions wanted)
        : parts(std::move(taken)),
          options(std::move(wanted)),
          sign_in(parts.identities, parts.clock, options.sign_in),
          keys(parts.identities, parts.clock),
          gate(sign_in, parts.identities, parts.clock, options.rate),
          finder(parts.runs, parts.identities),
          search(parts.runs, parts.lake, parts.events, finder, options.search_days_max, options.search.time),
          health(std::move(parts.health), parts.clock, options.version, options.health),
          hub(parts.diagnoses, parts.clock, options.streams),
          log_streams(parts.events, parts.runs, parts.lake, parts.clock, hub.slots(), options.log_streams),
          search_engine(parts.runs, parts.lake, options.search),
          search_slots(std::make_shared<StreamSlots>(options.searches_each_max,
                                                     options.searches + options.downloads_waiting_max)),
          downloads(options.downloads, options.downloads_waiting_max),
          searches(options.searches, options.downloads_waiting_max) {
        AddDiagnosisRoutes(table, finder, parts.runs, parts.diagnoses, hub, parts.request_diagnosis,
                           parts.verify_diagnosis);
        if (parts.guidance != nullptr)
            AddGuidanceRoutes(table, *parts.guidance, parts.identities, parts.clock, parts.try_guidance);
        AddRunRoutes(table, finder, search, parts.runs, parts.diagnoses);
        AddDagRoutes(table, finder, parts.runs);
        AddDagHistoryRoutes(table, finder, parts.runs, parts.diagnoses, parts.clock);
        AddRecordRoutes(table, finder, parts.runs, parts.lake, downloads);
        AddArtifactRoutes(table, finder, parts.runs, parts.lake, parts.objects, parts.clock);
        AddObjectRoutes(table, parts.objects, downloads, parts.clock);
        AddLogStreamRoutes(table, finder, parts.runs, log_streams);
        AddSearchRoutes(table,
                        {.engine = search_engine, .pool = searches, .slots = search_slots, .clock = parts.clock});
        if (parts.upkeep != nullptr) {
            const UpkeepRouteParts keep{finder,    parts.runs,  *parts.upkeep,         parts.lake,
                                        downloads, parts.clock, options.retention_days};
            AddRunDeletionRoutes(table, keep);
            AddRetentionRoutes(table, keep);
            AddLakeRoutes(table, keep);
        }
        AddIngestRoutes(table, finder, parts.identities, parts.lake);
        AddIdentityRoutes(table, sign_in, keys, parts.identities, parts.clock);
        AddHealthRoutes(table, health);
        AddMetaRoutes(table, metrics, hub, *search_slots, options.version);
    }

    ApiParts parts;
    const ApiOptions options;
    identity::SignIn sign_in;
    identity::ApiKeys keys;
    Gate gate;
    RunFinder finder;
    RunSearch search;
    Metrics metrics;
    HealthChecks health;
    SseHub hub;
    LogStreamHub log_streams;
    search::SearchEngine search_engine;
    const std::shared_ptr<StreamSlots> search_slots;
    DownloadPool downloads;
    DownloadPool searches;
    RouteTable table;
};

Api::Api(ApiParts parts, ApiOptions options) : state_(std::make_unique<State>(std::move(parts), std::move(options))) {}

Api::~Api() {
    Stop();
}

identity::SignIn& Api::sign_in() {
    return state_->sign_in;
}

const RouteTable& Api::routes() const {
    return state_->table;
}

void Api::Stop() {
    state_->hub.Stop();
    state_->log_streams.Stop();
    state_->downloads.Stop();
    state_->searches.Stop();
}

net::RouteInfo Api::Route(const net::Request& head) {
    const auto match = state_->table.Find(head.method, head.path);
    if (match.route == nullptr) return {.body_bytes_max = state_->options.body_bytes_max, .inline_handler = true};
    net::RouteInfo info = match.route->transport;
    if (!info.stream_body) info.body_bytes_max = state_->options.body_bytes_max;
    return info;
}

net::Response Api::Handle(net::Request request) {
    const auto begun = std::chrono::steady_clock::now();
    if (request.request_id.empty()) request.request_id = NewId("req_", state_->parts.clock.Now());
    std::string operation;
    net::Response response = Answer(request, operation);
    AddHeader(response, "X-Request-Id", request.request_id);
    AddHeader(response, "X-Content-Type-Options", "nosniff");
    AddHeader(response, "Referrer-Policy", "no-referrer");
    AddHeader(response, "Cache-Control", "no-store");
    state_->metrics.Answered(operation, response.status, std::chrono::steady_clock::now() - begun);
    return response;
}

/// The one place where exceptions become answers.
net::Response Api::Answer(net::Request& request, std::string& operation) {
    try {
        RouteTable::Match match = state_->table.Find(request.method, request.path);
        if (match.route == nullptr) return WithoutRoute(request, match);
        operation = match.route->operation_id;
        request.path_parameters = std::move(match.path_parameters);
        return Call(request, *match.route);
    } catch (const ProblemError& error) {
        return ToResponse(error.problem(), request);
    } catch (const Error& error) {
        if (!error.internal().empty() || error.code() == ErrorCode::kInternal) {
            spdlog::error("{} {}: {} {}", request.request_id, operation, error.detail(), error.internal());
        }
        return ToResponse(FromError(error), request);
    } catch (const std::exception& error) {
        spdlog::error("{} {}: unexpected: {}", request.request_id, operation, error.what());
        return ToResponse({.code = "internal", .detail = "something went wrong on the server"}, request);
    }
}

net::Response Api::Call(net::Request& request, const api::Route& route) {
    api::Call call(request, route);
    std::vector<std::pair<std::string, std::string>> rate_headers;
    net::Response response;
    try {
        state_->gate.Pass(call, rate_headers);
        CheckParameters(call);
        if (!route.body_schema.empty() && (route.body_type.empty() || IsJson(request)))
            call.body = ReadBody(route, request);
        response = route.handle(call);
    } catch (const ProblemError& error) {
        response = ToResponse(error.problem(), request);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::kInternal) throw;
        response = ToResponse(FromError(error), request);
    }
    for (auto& [name, value] : rate_headers) AddHeader(response, name, value);
    return response;
}

net::Response Api::WithoutRoute(const net::Request& request, const RouteTable::Match& match) const {
    if (match.bad_escape)
        throw ProblemError(
            {.code = "bad_request", .detail = "the path holds a `%` that is not followed by two hex digits"});
    if (!match.allowed.empty()) {
        std::vector<std::string> allowed = match.allowed;
        if (std::ranges::find(allowed, "GET") != allowed.end()) allowed.emplace_back("HEAD");
        throw ProblemError({.code = "method_not_allowed",
                            .detail = fmt::format("{} is not a method of this path", request.method.substr(0, 20)),
                            .headers = {{"Allow", fmt::format("{}", fmt::join(allowed, ", "))}}});
    }
    if (request.method == "GET" || request.method == "HEAD") {
        if (auto file = state_->parts.ui.Find(request)) return *std::move(file);
        if (!state_->table.OwnsFirstSegment(request.path)) {
            if (auto page = state_->parts.ui.Page(request)) return *std::move(page);
        }
    }
    ThrowNotFound("there is nothing at this path; /docs lists what there is");
}

}  // namespace dagy::api
