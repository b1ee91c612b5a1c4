/// HTTP/1.x requests out of bytes: Beast's parser, with the checks against smuggling and excess that it leaves to its
/// user.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <functional>
#include <optional>
#include <string_view>

#include "net/http.h"
#include "net/problem.h"

namespace dagy::net {

struct ParserLimits {
    size_t header_bytes_max;
    size_t target_bytes_max;
};

/// One request. Not thread-safe.
class RequestParser final : private boost::beast::http::basic_parser<true> {
  public:
    explicit RequestParser(ParserLimits limits);

    enum class State {
        kMore,     ///< give more bytes after those that were left
        kHead,     ///< the head is there (once), a body follows
        kDone,     ///< the request is complete
        kRefused,  ///< see refusal(); the connection cannot be read any further
    };

    /// Takes what it can from the front of `bytes` and returns in `taken` how much that was.
    State Feed(std::string_view bytes, size_t& taken);

    /// Where body bytes go; set it before the body is fed. False from it refuses the body as too large.
    void SetBodySink(std::function<bool(std::string_view)> sink) { sink_ = std::move(sink); }

    Request& request() { return request_; }
    const Refusal& refusal() const { return *refusal_; }
    bool keep_alive() const { return basic_parser::keep_alive(); }
    bool http_1_0() const { return version_ < 11; }
    bool chunked() const { return basic_parser::chunked(); }
    bool expects_continue() const { return expects_continue_; }
    bool started() const { return head_bytes_ > 0; }
    bool done() const { return is_done(); }
    std::optional<uint64_t> content_length() const { return content_length_; }

  private:
    using error_code = boost::beast::error_code;
    using string_view = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, string_view method, string_view target, int version,
                         error_code& ec) override;
    void on_response_impl(int, string_view, int, error_code& ec) override;
    void on_field_impl(boost::beast::http::field field, string_view name, string_view value, error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override;
    std::size_t on_body_impl(string_view body, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t, string_view, error_code& ec) override;
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& ec) override;
    void on_finish_impl(error_code& ec) override;

    void Refuse(error_code& ec, int status, std::string_view code, std::string detail);
    void RefuseFor(error_code ec, std::string_view bytes);
    void ReadTarget(std::string_view target, error_code& ec);
    std::string_view FieldFault(boost::beast::http::field field, std::string_view value);

    ParserLimits limits_;
    Request request_;
    std::optional<Refusal> refusal_;
    std::function<bool(std::string_view)> sink_;
    std::optional<uint64_t> content_length_;
    size_t head_bytes_ = 0;
    size_t trailer_bytes_ = 0;
    int version_ = 11;
    bool head_seen_ = false;
    bool host_seen_ = false;
    bool expects_continue_ = false;
};

}  // namespace dagy::net
