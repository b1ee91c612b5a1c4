#include "api/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace dagy::api {
namespace {

struct Entry {
    std::string_view code;
    int status;
    std::string_view title;
    std::string_view meaning;
};

constexpr std::array kCatalogue = {
    Entry{"bad_request", 400, "Bad request",
          "The request cannot be read, or its body is not what the operation takes."},
    Entry{"unauthorized", 401, "Not signed in",
          "No key, token or session came with the request, or it is unknown, removed or expired."},
    Entry{"forbidden", 403, "Not allowed",
          "The identity is known but lacks the permission that the operation needs. The denial is in the audit trail."},
    Entry{"cross_origin", 403, "Cross-origin request refused",
          "A request that changes something came with a session cookie from another site's page."},
    Entry{"url_not_valid", 403, "Download URL not valid",
          "A presigned URL has expired, or its object, time or signature was changed. Ask for a new one."},
    Entry{"not_found", 404, "Not found", "No such thing in this organization, or no such path."},
    Entry{"method_not_allowed", 405, "Method not allowed",
          "The path exists, but not with this method; `Allow` lists those that do."},
    Entry{"conflict", 409, "Conflict", "The thing is not in the state that the operation needs."},
    Entry{"data_folder_locked", 409, "Data folder in use", "Another process holds the data folder."},
    Entry{"too_large", 413, "Too large", "The request is over a stated limit."},
    Entry{"unsupported_media_type", 415, "Unsupported media type",
          "The body is of a type that the operation does not take."},
    Entry{"range_not_satisfiable", 416, "Range not satisfiable", "The object ends before the range begins."},
    Entry{"invalid_input", 422, "Invalid input",
          "Parameters or body were read but are wrong; `errors` lists every fault."},
    Entry{"rate_limited", 429, "Too many requests", "Over the sustained rate; `Retry-After` says when to come back."},
    Entry{"too_many_streams", 429, "Too many open streams",
          "This identity holds as many open event streams as it may."},
    Entry{"internal", 500, "Internal error", "A fault of the server; `request_id` finds it in the log."},
    Entry{"storage_failed", 502, "Storage failed", "A part of the storage did not answer or is damaged."},
    Entry{"unavailable", 503, "Unavailable", "Busy or starting; try again after `Retry-After` seconds."},
    Entry{"timed_out", 504, "Timed out", "The operation took longer than its limit."},
    Entry{"storage_full", 507, "Storage full", "No space is left on the server; nothing of this request was kept."},
};

const Entry& Find(std::string_view code) {
    const auto* found = std::ranges::find(kCatalogue, code, &Entry::code);
    return found != kCatalogue.end() ? *found : *std::ranges::find(kCatalogue, "internal", &Entry::code);
}

std::string TypeOf(std::string_view code) {
    std::string slug(code);
    std::ranges::replace(slug, '_', '-');
    return "/problems/" + slug;
}

json::array FaultsOf(const Problem& problem) {
    json::array list;
    for (const Fault& fault : problem.errors) {
        json::object item;
        item[fault.in_body ? "pointer" : "parameter"] = fault.in_body ? fault.pointer : fault.parameter;
        item["message"] = fault.message;
        if (fault.line > 0) item["line"] = fault.line;
        if (!fault.way_out.empty()) item["way_out"] = fault.way_out;
        list.push_back(std::move(item));
    }
    return list;
}

}  // namespace

void ThrowNotFound(std::string detail, const std::vector<std::string>& similar) {
    if (!similar.empty()) detail += fmt::format("; did you mean `{}`?", fmt::join(similar, "`, `"));
    throw ProblemError({.code = "not_found", .detail = std::move(detail)});
}

Problem FromError(const Error& error) {
    std::string detail = error.detail();
    if (!error.hint().empty()) detail += "; " + error.hint();
    Problem problem{.code = std::string(Name(error.code())), .detail = std::move(detail)};
    if (error.code() == ErrorCode::kInternal) problem.detail = "something went wrong on the server";
    if (error.code() == ErrorCode::kUnauthorized) problem.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (error.code() == ErrorCode::kUnavailable || error.code() == ErrorCode::kRateLimited)
        problem.headers.emplace_back("Retry-After", "1");
    return problem;
}

net::Response ToResponse(const Problem& problem, const net::Request& request) {
    const Entry& entry = Find(problem.code);
    net::Response response;
    response.status = problem.status != 0 ? problem.status : entry.status;
    response.content_type = "application/problem+json";
    response.headers = problem.headers;
    json::object body{{"type", TypeOf(entry.code)}, {"title", entry.title},
                      {"status", response.status},  {"detail", problem.detail},
                      {"instance", request.path},   {"code", entry.code},
                      {"message", problem.detail},  {"request_id", request.request_id}};
    if (!problem.errors.empty()) body["errors"] = FaultsOf(problem);
    response.body = json::serialize(body);
    return response;
}

json::object ProblemCatalogue() {
    json::array items;
    for (const Entry& entry : kCatalogue) {
        items.push_back({{"code", entry.code},
                         {"type", TypeOf(entry.code)},
                         {"title", entry.title},
                         {"status", entry.status},
                         {"meaning", entry.meaning}});
    }
    const auto total = items.size();
    return {{"items", std::move(items)}, {"total", total}};
}

}  // namespace dagy::api
