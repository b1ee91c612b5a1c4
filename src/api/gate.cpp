#include "api/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "api/identity_routes.h"
#include "api/problem.h"

namespace dagy::api {
namespace {

bool IsSafe(const std::string& method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

std::string Lower(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    return lower;
}

std::string_view Trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<std::string> BearerOf(const net::Request& request) {
    const auto header = request.Header("authorization");
    if (!header || Lower(header->substr(0, 7)) != "bearer ") return std::nullopt;
    return std::string(Trimmed(std::string_view(*header).substr(7)));
}

std::optional<std::string> CookieOf(const net::Request& request, std::string_view name) {
    const std::string cookies = request.Header("cookie").value_or("");
    std::string_view rest = cookies;
    while (!rest.empty()) {
        const size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view pair = Trimmed(rest.substr(0, end));
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
            return std::string(pair.substr(name.size() + 1));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

bool FromOwnPages(const net::Request& request) {
    const std::string host = Lower(request.Header("host").value_or(""));
    if (const auto origin = request.Header("origin")) {
        const std::string lower = Lower(*origin);
        return !host.empty() && (lower == "http://" + host || lower == "https://" + host);
    }
    return request.Header("sec-fetch-site") == "same-origin";
}

void Gate::Pass(Call& call, std::vector<std::pair<std::string, std::string>>& headers) {
    const Route& route = call.route;
    if (route.access == Access::kPublic) {
        // Nobody's page may sign a browser in: it would work on somebody else's account without knowing.
        if (!IsSafe(call.request.method) && call.request.Header("origin") && !FromOwnPages(call.request)) {
            throw ProblemError({.code = "cross_origin", .detail = "this request came from another site's page"});
        }
        return Meter(call, "ip " + call.request.client_ip, headers);
    }
    const auto who = Identify(call.request);
    Meter(call, who ? "key " + who->credential : "ip " + call.request.client_ip, headers);
    if (!who) {
        throw ProblemError({.code = "unauthorized",
                            .detail = "send a valid key or token as `Authorization: Bearer …`; `dagy serve` printed a "
                                      "key at its first start",
                            .headers = {{"WWW-Authenticate", "Bearer"}}});
    }
    if (who->org.empty())
        throw ProblemError({.code = "forbidden", .detail = "this identity belongs to no organization"});
    call.who = *who;
    if (who->FromCookie() && !IsSafe(call.request.method) && !FromOwnPages(call.request)) {
        throw ProblemError(
            {.code = "cross_origin", .detail = "a session may change things only from the server's own pages"});
    }
    CheckPermission(call);
}

std::optional<identity::Identity> Gate::Identify(const net::Request& request) {
    // A bearer secret that is wrong is not made good by a cookie beside it.
    if (request.Header("authorization")) {
        const auto secret = BearerOf(request);
        return secret ? sign_in_.FromBearer(*secret) : std::nullopt;
    }
    const auto session = CookieOf(request, kSessionCookie);
    return session ? sign_in_.FromSession(*session) : std::nullopt;
}

void Gate::Meter(const Call& call, const std::string& who, std::vector<std::pair<std::string, std::string>>& headers) {
    if (!call.route.rate_limited || !rate_.on()) return;
    const RateLimit::Verdict verdict = rate_.Take(who, std::chrono::steady_clock::now());
    headers.emplace_back("X-RateLimit-Limit", std::to_string(rate_.per_minute()));
    headers.emplace_back("X-RateLimit-Remaining", std::to_string(verdict.remaining));
    if (verdict.allowed) return;
    throw ProblemError({.code = "rate_limited",
                        .detail = fmt::format("more than {} requests a minute; come back in {} s", rate_.per_minute(),
                                              verdict.retry_after_s),
                        .headers = {{"Retry-After", std::to_string(verdict.retry_after_s)}}});
}

void Gate::CheckPermission(const Call& call) {
    if (call.route.access != Access::kPermitted || call.who.May(call.route.permission)) return;
    const std::string permission(identity::Name(call.route.permission));
    store::AuditEntry denial =
        identity::MakeAudit(call.who, call.Origin(), clock_.Now(), "permission", permission, "denied");
    denial.after = {{"operation", call.route.operation_id},
                    {"method", call.request.method},
                    {"path", call.request.path.substr(0, 1024)}};
    identities_.Audit(denial);
    throw ProblemError(
        {.code = "forbidden", .detail = fmt::format("this identity lacks the permission `{}`", permission)});
}

}  // namespace dagy::api
