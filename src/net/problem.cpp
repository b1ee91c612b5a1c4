#include "net/problem.h"

#include <algorithm>

#include "base/json.h"
#include "net/response_head.h"

namespace dagy::net {

Response ProblemResponse(const Refusal& refusal, std::string_view path, std::string_view request_id) {
    std::string slug(refusal.code);
    std::replace(slug.begin(), slug.end(), '_', '-');
    json::object body;
    body["type"] = "/problems/" + slug;
    body["title"] = ReasonPhrase(refusal.status);
    body["status"] = refusal.status;
    body["detail"] = refusal.detail;
    body["instance"] = path;
    body["code"] = refusal.code;
    body["message"] = refusal.detail;
    body["request_id"] = request_id;

    Response response;
    response.status = refusal.status;
    response.content_type = "application/problem+json";
    response.body = json::serialize(body);
    if (!request_id.empty()) response.headers.emplace_back("X-Request-Id", request_id);
    if (refusal.status == 503) response.headers.emplace_back("Retry-After", "1");
    return response;
}

Response InternalProblem(std::string_view path, std::string_view request_id) {
    return ProblemResponse({.status = 500, .code = "internal", .detail = "The server met a fault of its own."}, path,
                           request_id);
}

}  // namespace dagy::net
