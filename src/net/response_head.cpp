#include "net/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace dagy::net {

namespace {

struct Phrase {
    int status;
    std::string_view text;
};

constexpr std::array kPhrases = std::to_array<Phrase>({
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
});

/// Formatted once a second: strftime for each answer would be a tenth of a small request's cost.
std::string_view DateLine() {
    thread_local std::array<char, 64> line{};
    thread_local size_t size = 0;
    thread_local std::time_t formatted = 0;
    timespec now{};
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != formatted || size == 0) {
        formatted = now.tv_sec;
        std::tm parts{};
        gmtime_r(&formatted, &parts);
        size = std::strftime(line.data(), line.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    }
    return {line.data(), size};
}

void AppendNumber(std::string& out, uint64_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
           });
}

bool IsFraming(std::string_view name) {
    return EqualsIgnoringCase(name, "content-length") || EqualsIgnoringCase(name, "transfer-encoding") ||
           EqualsIgnoringCase(name, "connection");
}

/// A value from data (an id, a file name) must not be able to end its line.
bool IsClean(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return (static_cast<unsigned char>(c) < 32 && c != '\t') || c == 127; });
}

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
    if (name.empty() || !IsClean(name) || !IsClean(value)) return;
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view ReasonPhrase(int status) {
    const auto found = std::lower_bound(kPhrases.begin(), kPhrases.end(), status,
                                        [](const Phrase& phrase, int wanted) { return phrase.status < wanted; });
    return found != kPhrases.end() && found->status == status ? found->text : "Unknown";
}

bool StatusHasBody(int status) {
    return status >= 200 && status != 204 && status != 304;
}

void AppendHead(std::string& out, const Response& response, const HeadOptions& options) {
    out.append("HTTP/1.1 ");
    AppendNumber(out, static_cast<uint64_t>(response.status));
    out.append(" ").append(ReasonPhrase(response.status)).append("\r\n").append(DateLine());
    const bool has_body = StatusHasBody(response.status);
    if (has_body && !response.content_type.empty()) AppendHeader(out, "Content-Type", response.content_type);
    for (const auto& [name, value] : response.headers) {
        if (!IsFraming(name)) AppendHeader(out, name, value);
    }
    if (has_body && options.framing == Framing::kLength) {
        out.append("Content-Length: ");
        AppendNumber(out, options.length);
        out.append("\r\n");
    }
    if (has_body && options.framing == Framing::kChunked) out.append("Transfer-Encoding: chunked\r\n");
    if (options.close) {
        out.append("Connection: close\r\n");
    } else if (options.say_keep_alive) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
}

}  // namespace dagy::net
