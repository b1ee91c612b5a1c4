#include "api/docs_page.h"

#include <fmt/format.h>

#include <map>

#include "base/hash.h"

namespace dagy::api {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
    "1rem;color:#1b1f24;background:#fff}"
    "h1{font-size:1.6rem}h2{margin-top:2rem;text-transform:capitalize}code{font-family:ui-monospace,monospace;overflow-"
    "wrap:anywhere}"
    "details{border:1px solid #d0d7de;border-radius:6px;margin:.5rem 0;padding:.5rem .75rem}summary{cursor:pointer}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;border-top:1px solid "
    "#d0d7de;vertical-align:top}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}a{color:#79b8ff}details,th,td{border-"
    "color:#30363d}}";

std::string Escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string Base64OfHex(const std::string& hex) {
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (size_t i = 0; i < hex.size(); i += 6) {
        const std::string three = hex.substr(i, 6);
        const auto bits = std::stoul(three + std::string(6 - three.size(), '0'), nullptr, 16);
        const size_t letters = three.size() / 2 + 1;
        for (size_t k = 0; k < 4; ++k) out += k < letters ? kLetters[bits >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

std::string_view InName(In in) {
    return in == In::kPath ? "path" : in == In::kQuery ? "query" : "header";
}

std::string Bounds(const Parameter& parameter) {
    std::string text;
    if (parameter.required) text += "required ";
    if (!parameter.default_value.empty()) text += fmt::format("default {} ", parameter.default_value);
    if (parameter.minimum && parameter.maximum) text += fmt::format("{}–{} ", *parameter.minimum, *parameter.maximum);
    if (!parameter.allowed.empty()) text += fmt::format("{}", fmt::join(parameter.allowed, " | "));
    return text;
}

std::string Parameters(const Route& route) {
    if (route.parameters.empty()) return {};
    std::string rows;
    for (const Parameter& parameter : route.parameters) {
        rows +=
            fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>", Escaped(parameter.name),
                        InName(parameter.in), Escaped(Bounds(parameter)), Escaped(parameter.description));
    }
    return "<table><tr><th>Parameter</th><th>In</th><th>Values</th><th></th></tr>" + rows + "</table>";
}

std::string Operation(const Route& route) {
    std::string who = "no sign-in";
    if (route.access == Access::kSignedIn) who = "any identity";
    if (route.access == Access::kPermitted) who = identity::Name(route.permission);
    std::string answers;
    for (const Answer& answer : route.answers)
        answers += fmt::format("<li><code>{}</code> {}</li>", answer.status, Escaped(answer.description));
    std::string body;
    if (!route.body_schema.empty())
        body = fmt::format("<p>Body: <code>{}</code> of <a href=\"/openapi.json\">/openapi.json</a></p>",
                           route.body_schema);
    if (!route.body_type.empty()) body = fmt::format("<p>Body: <code>{}</code></p>", route.body_type);
    return fmt::format(
        "<details id=\"{}\"><summary><code><b>{}</b> {}</code> — {}</summary><p>{}</p><p>Needs: "
        "{}</p>{}{}<ul>{}</ul></details>",
        route.operation_id, route.method, Escaped(route.path), Escaped(route.summary), Escaped(route.description), who,
        Parameters(route), body, answers);
}

}  // namespace

DocsPage MakeDocsPage(const RouteTable& table, const std::string& version) {
    std::map<std::string, std::string> by_tag;
    for (const Route& route : table.routes()) by_tag[route.tag] += Operation(route);
    std::string sections;
    for (const auto& [tag, operations] : by_tag)
        sections += fmt::format("<section><h2>{}</h2>{}</section>", Escaped(tag), operations);
    return {
        .html =
            fmt::format("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>dagy API</title>"
                        "<meta name=\"viewport\" "
                        "content=\"width=device-width,initial-scale=1\"><style>{}</style></head><body><main>"
                        "<h1>dagy API {}</h1><p>Send <code>Authorization: Bearer dagy_sk_…</code>. Machine-readable: "
                        "<a href=\"/openapi.json\">/openapi.json</a>. Errors are "
                        "<code>application/problem+json</code>.</p>{}</main></body></html>",
                        kStyle, Escaped(version), sections),
        .content_security_policy = fmt::format(
            "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            Base64OfHex(Sha256Hex(kStyle)))};
}

}  // namespace dagy::api
