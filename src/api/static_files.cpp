#include "api/static_files.h"

namespace dagy::api {
namespace {

/// Nothing from elsewhere, nothing inline, nowhere framed.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src "
    "'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

bool Takes(const net::Request& request, std::string_view encoding) {
    const std::string accepted = request.Header("accept-encoding").value_or("");
    const size_t at = accepted.find(encoding);
    if (at == std::string::npos) return false;
    return !std::string_view(accepted).substr(at + encoding.size()).starts_with(";q=0");
}

bool Matches(const net::Request& request, const std::string& etag) {
    const auto known = request.Header("if-none-match");
    return known && !etag.empty() && (*known == "*" || known->contains(etag));
}

}  // namespace

std::optional<net::Response> StaticFiles::Find(const net::Request& request) const {
    const auto found = files_.find(request.path == "/" ? "/index.html" : std::string_view(request.path));
    if (found == files_.end()) return std::nullopt;
    return Answer(found->second, request);
}

std::optional<net::Response> StaticFiles::Page(const net::Request& request) const {
    const auto index = files_.find("/index.html");
    if (index == files_.end() || request.path.starts_with("/assets/")) return std::nullopt;
    if (!request.Header("accept").value_or("").contains("text/html")) return std::nullopt;
    return Answer(index->second, request);
}

net::Response StaticFiles::Answer(const StaticFile& file, const net::Request& request) const {
    net::Response response;
    response.content_type = file.content_type;
    response.headers = {{"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                        {"ETag", file.etag},
                        {"Vary", "Accept-Encoding"},
                        {"Content-Security-Policy", std::string(kContentSecurityPolicy)},
                        {"Cross-Origin-Opener-Policy", "same-origin"},
                        {"X-Frame-Options", "DENY"}};
    if (Matches(request, file.etag)) {
        response.status = 304;
        return response;
    }
    response.static_body = file.bytes;
    if (file.brotli && Takes(request, "br")) {
        response.static_body = file.brotli;
        response.headers.emplace_back("Content-Encoding", "br");
    } else if (file.gzip && Takes(request, "gzip")) {
        response.static_body = file.gzip;
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

}  // namespace dagy::api
