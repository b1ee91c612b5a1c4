#include "net/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "net/problem.h"

namespace dagy::net {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr size_t kFirstBufferBytes = 4 << 10;
constexpr size_t kBufferBytesMax = 64 << 10;
constexpr size_t kOutBytesMax = 64 << 10;
constexpr std::chrono::seconds kLinger{2};

}  // namespace

Session::Session(Socket socket, SessionHost& host)
    : socket_(std::move(socket)), wake_(socket_.get_executor()), host_(host) {
    wake_.expires_at(SteadyClock::time_point::max());
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    const auto address = peer.address();
    const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    client_ip_ =
        mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string() : address.to_string();
    host_.sessions.push_front(this);
    place_ = host_.sessions.begin();
}

Task<void> Session::Run() {
    const auto self = shared_from_this();  // the coroutine owns the session
    try {
        co_await Serve();
    } catch (const std::exception&) {
        // Out of memory, most likely: this connection is lost, the others go on.
    }
    End();
}

Task<void> Session::Serve() {
    while (alive()) {
        between_requests_ = true;
        if (!co_await ReadHead()) break;
        between_requests_ = false;
        first_request_ = false;
        const RouteInfo route = ReadRoute();
        if (!AnswerAtOnce(route)) {
            const bool go_on = co_await HandleRequest(route);
            if (!go_on) break;
        }
        if (!keep_alive_) break;
        if (out_.size() > kOutBytesMax) {
            const bool written = co_await WriteAll(out_);
            if (!written) break;
            out_.clear();
        }
    }
    co_await Linger();
}

void Session::End() {
    closed_ = true;
    error_code ignored;
    socket_.close(ignored);
    if (body_) body_->Detach();
    if (stream_) stream_->Detach();
    body_.reset();
    stream_.reset();
    host_.sessions.erase(place_);
    host_.on_session_end();
}

RequestParser::State Session::FeedParser() {
    size_t taken = 0;
    const auto state = parser_->Feed(unread(), taken);
    in_begin_ += taken;
    return state;
}

// True when the head is there. Answers are held back while the buffer still holds requests, and leave before the wait
// for more.
Task<bool> Session::ReadHead() {
    path_.clear();
    request_id_.clear();
    if (in_begin_ == in_end_ && in_.size() > kFirstBufferBytes) {
        std::string().swap(in_);
        in_begin_ = in_end_ = 0;
    }
    parser_.emplace(ParserLimits{.header_bytes_max = host_.options.header_bytes_max,
                                 .target_bytes_max = host_.options.target_bytes_max});
    SteadyClock::time_point head_deadline = SteadyClock::time_point::max();
    for (;;) {
        const auto state = in_begin_ == in_end_ ? RequestParser::State::kMore : FeedParser();
        if (state == RequestParser::State::kRefused) {
            Refuse(parser_->refusal());
            co_await SendAnswer();
            co_return false;
        }
        if (state != RequestParser::State::kMore) co_return true;
        if (!WriteNow()) {
            const bool written = co_await WriteAll(out_);
            if (!written) co_return false;
            out_.clear();
        }
        if (host_.stopping) co_return false;
        const bool begun = parser_->started();
        const auto now = SteadyClock::now();
        // The whole head has one deadline: a byte now and then does not move it.
        if (begun && head_deadline == SteadyClock::time_point::max())
            head_deadline = now + host_.options.header_timeout;
        const auto wait_until =
            begun ? head_deadline : now + (first_request_ ? host_.options.header_timeout : host_.options.idle_timeout);
        const size_t got = co_await ReadMore(wait_until);
        if (got > 0) continue;
        if (timed_out_ && begun) {
            Refuse({.status = 408, .code = "timeout", .detail = "The request's head did not arrive in time."});
            co_await SendAnswer();
        }
        co_return false;
    }
}

RouteInfo Session::ReadRoute() {
    Request& request = parser_->request();
    request.client_ip = client_ip_;
    request.request_id = fmt::format("{}{:x}", host_.id_prefix, ++host_.requests);
    head_request_ = request.method == "HEAD";
    http_1_0_ = parser_->http_1_0();
    keep_alive_ = parser_->keep_alive() && !host_.stopping;
    answer_.reset();
    try {
        return host_.handler.Route(request);
    } catch (...) {
        answer_.emplace(Answer{.response = InternalProblem(request.path, request.request_id), .stream = nullptr});
        keep_alive_ = false;
        return {};
    }
}

Response Session::HandleInline() {
    const std::string request_id = parser_->request().request_id;
    try {
        return host_.handler.Handle(std::move(parser_->request()));
    } catch (...) {
        return InternalProblem({}, request_id);
    }
}

// The fast path: no body, no thread, no coroutine; the answer joins `out_`.
bool Session::AnswerAtOnce(const RouteInfo& route) {
    if (!route.inline_handler || !parser_->done() || answer_) return false;
    Response response = HandleInline();
    const size_t size = response.static_body ? response.static_body->size() : response.body.size();
    if (response.stream || size > kOutBytesMax) {
        answer_.emplace(Answer{.response = std::move(response), .stream = nullptr});
        return false;
    }
    AppendSmall(response);
    return true;
}

// False: the connection ends.
Task<bool> Session::HandleRequest(RouteInfo route) {
    if (answer_) co_return co_await SendAnswer();
    path_ = parser_->request().path;
    request_id_ = parser_->request().request_id;
    if (parser_->content_length().value_or(0) > route.body_bytes_max && !route.stream_body) {
        Refuse({.status = 413,
                .code = "too_large",
                .detail =
                    fmt::format("The body is longer than the {} bytes that this route takes.", route.body_bytes_max)});
        co_return co_await SendAnswer();
    }
    if (parser_->expects_continue() && !parser_->done() && unread().empty())
        out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    if (route.stream_body) co_return co_await HandleWithBodyReader();

    const bool complete = co_await ReadWholeBody(route);
    if (!complete) co_return false;
    const bool packed = !parser_->request().body.empty() && parser_->request().Header("content-encoding");
    if (route.inline_handler && !packed) {
        answer_.emplace(Answer{.response = HandleInline(), .stream = nullptr});
        co_return co_await SendAnswer();
    }
    if (!Submit(std::move(parser_->request()), route.body_bytes_max)) {
        Refuse({.status = 503, .code = "unavailable", .detail = "The server is busy. Try again in a moment."});
        co_return co_await SendAnswer();
    }
    const bool answered = co_await AwaitAnswer();
    if (!answered) co_return false;
    co_return co_await SendAnswer();
}

Task<bool> Session::ReadWholeBody(const RouteInfo& route) {
    std::string& body = parser_->request().body;
    body.reserve(std::min<uint64_t>(parser_->content_length().value_or(0), route.body_bytes_max));
    parser_->SetBodySink([&body, limit = route.body_bytes_max](std::string_view bytes) {
        if (body.size() + bytes.size() > limit) return false;
        body.append(bytes);
        return true;
    });
    while (!parser_->done()) {
        const auto state = unread().empty() ? RequestParser::State::kMore : FeedParser();
        if (state == RequestParser::State::kRefused) {
            Refuse(parser_->refusal());
            co_await SendAnswer();
            co_return false;
        }
        if (state == RequestParser::State::kDone) break;
        const size_t got = co_await ReadMore(SteadyClock::now() + host_.options.body_stall_timeout);
        if (got > 0) continue;
        if (timed_out_) {
            Refuse({.status = 408, .code = "timeout", .detail = "The body stopped arriving. Send the request again."});
            co_await SendAnswer();
        }
        co_return false;
    }
    co_return true;
}

// The worker starts before the body is there; both sides go on until the worker has answered.
Task<bool> Session::HandleWithBodyReader() {
    std::optional<Compression> compression;
    if (const auto encoding = parser_->request().Header("content-encoding"); encoding && *encoding != "identity") {
        compression = ParseCompression(*encoding);
        if (!compression) {
            Refuse(
                {.status = 415, .code = "unsupported_media_type", .detail = "Content-Encoding may be gzip or zstd."});
            co_return co_await SendAnswer();
        }
    }
    const auto body =
        std::make_shared<RequestBody>(compression, [weak = weak_from_this(), executor = socket_.get_executor()] {
            asio::post(executor, [weak] {
                if (const auto session = weak.lock()) session->wake_.cancel();
            });
        });
    parser_->SetBodySink([body](std::string_view bytes) {
        body->Push(bytes);
        return true;
    });
    parser_->request().body_reader = body;
    body_ = body;
    if (!Submit(std::move(parser_->request()), SIZE_MAX)) {
        Refuse({.status = 503, .code = "unavailable", .detail = "The server is busy. Try again in a moment."});
        co_return co_await SendAnswer();
    }
    co_await FeedBody(body);
    const bool answered = co_await AwaitAnswer();
    body->Detach();
    body_.reset();
    if (!answered) co_return false;
    // The rest of a body that nobody read cannot be told from a next request.
    if (!parser_->done()) keep_alive_ = false;
    co_return co_await SendAnswer();
}

Task<void> Session::FeedBody(std::shared_ptr<RequestBody> body) {
    while (!parser_->done() && !answer_ && alive()) {
        if (body->Full()) {
            co_await WaitForWake();
            continue;
        }
        const auto state = unread().empty() ? RequestParser::State::kMore : FeedParser();
        if (state == RequestParser::State::kRefused) {
            body->Fail(Error(ErrorCode::kBadRequest, parser_->refusal().detail));
            keep_alive_ = false;
            co_return;
        }
        if (state != RequestParser::State::kMore || body->Full()) continue;
        reading_body_ = true;
        const size_t got = co_await ReadMore(SteadyClock::now() + host_.options.body_stall_timeout);
        reading_body_ = false;
        if (got > 0 || answer_) continue;
        keep_alive_ = false;
        if (timed_out_) {
            body->Fail(Error(ErrorCode::kTimeout, "The body stopped arriving.", "Send the request again."));
        } else {
            body->Fail(
                Error(ErrorCode::kBadRequest, "The connection ended before the body did.", "Send the request again."));
        }
        co_return;
    }
    if (parser_->done()) body->End();
}

void Session::MakeRoom() {
    if (in_begin_ == in_end_) {
        in_begin_ = in_end_ = 0;
    } else if (in_begin_ > 0) {
        std::copy(in_.begin() + static_cast<std::ptrdiff_t>(in_begin_),
                  in_.begin() + static_cast<std::ptrdiff_t>(in_end_), in_.begin());
        in_end_ -= in_begin_;
        in_begin_ = 0;
    }
    // Small heads get small buffers, so that thousands of idle connections cost little; bodies and long heads get large
    // ones.
    if (in_.empty()) in_.resize(kFirstBufferBytes);
    if (in_end_ == in_.size() || (!between_requests_ && in_.size() < kBufferBytesMax))
        in_.resize(std::max(in_.size() * 2, kBufferBytesMax));
}

// 0: the client ended, the time is over (timed_out_), or somebody cancelled.
Task<size_t> Session::ReadMore(SteadyClock::time_point deadline) {
    if (!out_.empty()) {
        const bool written = co_await WriteAll(out_);
        out_.clear();
        if (!written) co_return 0;
    }
    MakeRoom();
    timed_out_ = false;
    deadline_ = deadline;
    const auto [fault, got] =
        co_await socket_.async_read_some(asio::buffer(in_.data() + in_end_, in_.size() - in_end_), kAwait);
    deadline_ = SteadyClock::time_point::max();
    in_end_ += got;
    co_return got;
}

// Closing with unread bytes would reset the connection and take the answer with it: say the end, then let the client
// read and go.
Task<void> Session::Linger() {
    if (!out_.empty() && alive()) co_await WriteAll(out_);
    const bool nothing_to_say = host_.stopping && between_requests_;
    if (!alive() || client_gone_ || nothing_to_say) co_return;
    error_code fault;
    socket_.shutdown(Socket::shutdown_send, fault);
    if (fault) co_return;
    timed_out_ = false;
    deadline_ = SteadyClock::now() + kLinger;
    std::array<char, 4096> scrap;
    for (;;) {
        const auto [ended, got] = co_await socket_.async_read_some(asio::buffer(scrap), kAwait);
        if (ended || got == 0) break;
        if (SteadyClock::now() > deadline_) break;
    }
    deadline_ = SteadyClock::time_point::max();
}

void Session::CheckDeadline(SteadyClock::time_point now) {
    if (std::min(deadline_, last_moment_) > now) return;
    deadline_ = last_moment_ = SteadyClock::time_point::max();
    timed_out_ = true;
    error_code ignored;
    socket_.cancel(ignored);
    wake_.cancel();
}

void Session::StopSoon() {
    keep_alive_ = false;
    if (between_requests_) {
        error_code ignored;
        socket_.cancel(ignored);
    }
    if (stream_ && stream_is_events_) stream_->CloseFromServer();
}

void Session::ForceClose() {
    closed_ = true;
    error_code ignored;
    socket_.close(ignored);
    wake_.cancel();
}

}  // namespace dagy::net
