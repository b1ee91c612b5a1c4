// Bytes on a connection, whole and in pieces: a request, the wish for more, or a refusal that names a status.
#include <algorithm>

#include "fuzz/target.h"
#include "net/request_parser.h"

namespace {

using dagy::fuzz::Require;
using dagy::net::RequestParser;

struct Outcome {
    RequestParser::State state = RequestParser::State::kMore;
    std::string target, body;
};

/// Feeds the parser as a session does: what was not taken comes again, with `piece` bytes more.
Outcome Feed(std::string_view bytes, size_t piece) {
    RequestParser parser({.header_bytes_max = 4096, .target_bytes_max = 1024});
    Outcome outcome;
    parser.SetBodySink([&](std::string_view part) { return outcome.body += part, outcome.body.size() <= 65536; });
    size_t begin = 0, end = 0;
    while (outcome.state == RequestParser::State::kMore || outcome.state == RequestParser::State::kHead) {
        size_t taken = 0;
        const auto window = bytes.substr(begin, end - begin);
        outcome.state = parser.Feed(window, taken);
        Require(taken <= window.size(), "no more is taken than was given");
        begin += taken;
        if (outcome.state != RequestParser::State::kMore && outcome.state != RequestParser::State::kHead) break;
        if (outcome.state == RequestParser::State::kHead && taken > 0) continue;
        if (end == bytes.size()) break;
        end = std::min(bytes.size(), end + piece);
    }
    outcome.target = parser.request().target;
    if (outcome.state == RequestParser::State::kRefused)
        Require(parser.refusal().status >= 400, "a refusal is an HTTP error");
    return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes = dagy::fuzz::Text(data, size);
    const Outcome whole = Feed(bytes, bytes.size() + 1), dripped = Feed(bytes, 1 + size % 5);
    if (whole.state == RequestParser::State::kDone && dripped.state == RequestParser::State::kDone)
        Require(whole.target == dripped.target && whole.body == dripped.body, "pieces do not show");
    return 0;
}
