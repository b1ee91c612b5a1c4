#include "net/request_parser.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>

#include "net/percent.h"

namespace dagy::net {

namespace http = boost::beast::http;
using boost::beast::iequals;

namespace {

/// A chunk's size line or trailer longer than this is an attack, not a chunk.
constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr size_t kChunkLineBytesMax = 16 << 10;

std::string Lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return out;
}

}  // namespace

RequestParser::RequestParser(ParserLimits limits) : limits_(limits) {
    header_limit(static_cast<uint32_t>(limits.header_bytes_max));
    body_limit(boost::none);
    request_.headers.reserve(8);
}

RequestParser::State RequestParser::Feed(std::string_view bytes, size_t& taken) {
    taken = 0;
    if (!head_seen_ && head_bytes_ == 0) {
        // RFC 9112, 2.2: an empty line before the request line is passed over.
        while (taken + 2 <= bytes.size() && bytes.substr(taken, 2) == "\r\n") taken += 2;
        if (taken == bytes.size() || bytes.substr(taken) == "\r") return State::kMore;
    }
    const bool was_head = !head_seen_;
    if (was_head) head_bytes_ = std::max<size_t>(head_bytes_, 1);
    error_code ec;
    const std::string_view rest = bytes.substr(taken);
    // Beast takes the last chunk in one piece or with a trailer behind it; of less it thinks that cannot be.
    if (head_seen_ && !is_done() && chunked() && rest.size() < kLastChunk.size() && kLastChunk.starts_with(rest))
        return State::kMore;
    const size_t used = put({rest.data(), rest.size()}, ec);
    taken += used;
    if (was_head) {
        // Beast takes field by field and so bounds only the last, not their sum.
        head_bytes_ += used;
        const size_t left = head_seen_ ? 0 : rest.size() - used;
        if (!ec || ec == http::error::need_more) {
            if (head_bytes_ + left > limits_.header_bytes_max + 1) ec = http::error::header_limit;
        }
    } else if (ec == http::error::need_more && rest.size() - used > kChunkLineBytesMax) {
        ec = http::error::bad_chunk;
    }
    if (ec && ec != http::error::need_more) {
        if (!refusal_) RefuseFor(ec, rest);
        return State::kRefused;
    }
    if (is_done()) return State::kDone;
    if (was_head && head_seen_) {
        eager(true);
        return State::kHead;
    }
    return State::kMore;
}

void RequestParser::Refuse(error_code& ec, int status, std::string_view code, std::string detail) {
    refusal_ = Refusal{.status = status, .code = code, .detail = std::move(detail)};
    ec = http::error::bad_value;
}

void RequestParser::RefuseFor(error_code ec, std::string_view bytes) {
    error_code ignored;
    if (ec == http::error::header_limit) {
        if (request_.method.empty() && bytes.find('\n') == std::string_view::npos) {
            return Refuse(ignored, 414, "too_large",
                          "The request line is longer than " + std::to_string(limits_.target_bytes_max) +
                              " bytes. Put long values into a body.");
        }
        return Refuse(
            ignored, 431, "too_large",
            "The request's headers are longer than " + std::to_string(limits_.header_bytes_max) + " bytes together.");
    }
    if (ec == http::error::bad_version)
        return Refuse(ignored, 505, "not_implemented", "This server speaks HTTP/1.1 and HTTP/1.0.");
    if (ec == http::error::bad_content_length || ec == http::error::multiple_content_length ||
        ec == http::error::bad_transfer_encoding) {
        return Refuse(
            ignored, 400, "bad_request",
            "The length of the body is said in two ways. Send one Content-Length or one Transfer-Encoding: chunked.");
    }
    if (ec == http::error::bad_chunk || ec == http::error::bad_chunk_extension) {
        return Refuse(ignored, 400, "bad_request", "The chunked body has a broken chunk.");
    }
    const std::string what = request_.method.empty() ? "request line" : head_seen_ ? "body" : "headers";
    Refuse(ignored, 400, "bad_request", "The " + what + " cannot be read as HTTP/1.1 (" + ec.message() + ").");
}

void RequestParser::on_request_impl(http::verb, string_view method, string_view target, int version, error_code& ec) {
    version_ = version;
    request_.method.assign(method.data(), method.size());
    ReadTarget({target.data(), target.size()}, ec);
}

void RequestParser::ReadTarget(std::string_view target, error_code& ec) {
    if (target.size() > limits_.target_bytes_max) {
        return Refuse(ec, 414, "too_large",
                      "The request target is longer than " + std::to_string(limits_.target_bytes_max) +
                          " bytes. Put long values into a body.");
    }
    request_.target = target;
    // Absolute form, as proxies send it: the authority is Host's business.
    if (const size_t scheme = target.find("://");
        scheme != std::string_view::npos && scheme < 6 && target.front() != '/') {
        const size_t slash = target.find('/', scheme + 3);
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    const bool any_server = target == "*" && request_.method == "OPTIONS";
    if (!any_server && (target.empty() || target.front() != '/')) {
        return Refuse(ec, 400, "bad_request", "The request target must be a path that begins with a slash.");
    }
    if (target.find('#') != std::string_view::npos) {
        return Refuse(ec, 400, "bad_request", "The request target holds a '#'. Write it as %23.");
    }
    const size_t question = target.find('?');
    request_.path = target.substr(0, question);
    if (question == std::string_view::npos) return;
    auto query = ParseQuery(target.substr(question + 1));
    if (!query)
        return Refuse(ec, 400, "bad_request",
                      "The query holds a '%' that two hex digits do not follow. Write it as %25.");
    request_.query = std::move(*query);
}

void RequestParser::on_field_impl(http::field field, string_view name, string_view value, error_code& ec) {
    if (head_seen_) {
        // Trailers carry nothing that a handler could trust: they are counted and passed over.
        trailer_bytes_ += name.size() + value.size();
        if (trailer_bytes_ > kChunkLineBytesMax)
            Refuse(ec, 400, "bad_request", "The trailers after the chunked body are too long.");
        return;
    }
    const std::string_view text(value.data(), value.size());
    if (field == http::field::transfer_encoding && !iequals(value, "chunked")) {
        return Refuse(ec, 501, "not_implemented",
                      "Transfer-Encoding may only be chunked. Compressed bodies are announced by Content-Encoding.");
    }
    if (field == http::field::expect) {
        if (!iequals(value, "100-continue")) return Refuse(ec, 417, "bad_request", "Expect may only be 100-continue.");
        expects_continue_ = true;
    }
    if (const std::string_view fault = FieldFault(field, text); !fault.empty())
        return Refuse(ec, 400, "bad_request", std::string(fault));
    request_.headers.emplace_back(Lower({name.data(), name.size()}), text);
}

std::string_view RequestParser::FieldFault(http::field field, std::string_view value) {
    if (field == http::field::content_length) {
        if (content_length_) return "Content-Length is there twice.";
        uint64_t length = 0;
        const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (fault != std::errc{} || end != value.data() + value.size()) return "Content-Length is not a number.";
        content_length_ = length;
    } else if (field == http::field::host) {
        if (host_seen_) return "Host is there twice.";
        host_seen_ = true;
    } else if (field == http::field::transfer_encoding && version_ < 11) {
        return "HTTP/1.0 knows no Transfer-Encoding.";
    }
    return {};
}

void RequestParser::on_header_impl(error_code& ec) {
    head_seen_ = true;
    if (version_ >= 11 && !host_seen_) Refuse(ec, 400, "bad_request", "The Host header is missing.");
    if (version_ < 11) expects_continue_ = false;
}

std::size_t RequestParser::on_body_impl(string_view body, error_code& ec) {
    if (sink_ && !sink_({body.data(), body.size()}))
        Refuse(ec, 413, "too_large", "The body is longer than this route takes.");
    return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) {
    return on_body_impl(body, ec);
}

void RequestParser::on_response_impl(int, string_view, int, error_code&) {}
void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) {}
void RequestParser::on_chunk_header_impl(std::uint64_t, string_view extensions, error_code& ec) {
    if (extensions.size() > kChunkLineBytesMax) ec = http::error::bad_chunk_extension;
}
void RequestParser::on_finish_impl(error_code&) {}

}  // namespace dagy::net
