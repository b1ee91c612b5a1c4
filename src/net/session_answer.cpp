#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "net/problem.h"
#include "net/response_head.h"
#include "net/session.h"

namespace dagy::net {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kDropLinger{2};
constexpr std::string_view kDropComment = ": dropped: too slow\n\n";
constexpr size_t kScrapBytesMax = 64 << 10;
/// A client that reads as fast as its answer is made would keep the I/O thread for itself: after this much the others
/// have their turn.
constexpr size_t kTurnBytes = 512 << 10;

std::string_view BodyOf(const Response& response) {
    return response.static_body ? *response.static_body : std::string_view(response.body);
}

int StatusOf(ErrorCode code) {
    return code == ErrorCode::kTooLarge ? 413 : 400;
}

/// Undoes the body's Content-Encoding, then asks the handler. Whatever goes wrong is an answer.
Response HandleOnWorker(Handler& handler, Request request, size_t body_bytes_max) {
    const std::string path = request.path;
    const std::string request_id = request.request_id;
    try {
        const auto encoding = request.Header("content-encoding");
        if (!request.body.empty() && encoding && *encoding != "identity") {
            const auto compression = ParseCompression(*encoding);
            if (!compression) {
                return ProblemResponse({.status = 415,
                                        .code = "unsupported_media_type",
                                        .detail = "Content-Encoding may be gzip or zstd."},
                                       path, request_id);
            }
            request.body = DecompressBody(request.body, *compression, body_bytes_max);
        }
    } catch (const Error& error) {
        return ProblemResponse({.status = StatusOf(error.code()), .code = Name(error.code()), .detail = error.detail()},
                               path, request_id);
    }
    try {
        return handler.Handle(std::move(request));
    } catch (...) {
        return InternalProblem(path, request_id);
    }
}

}  // namespace

std::shared_ptr<ResponseStream> Session::MakeStream() {
    return std::make_shared<ResponseStream>(host_.options.stream_buffer_bytes_max,
                                            [weak = weak_from_this(), executor = socket_.get_executor()] {
                                                asio::post(executor, [weak] {
                                                    if (const auto session = weak.lock()) session->OnStreamWake();
                                                });
                                            });
}

// False: no worker is free and the queue is full.
bool Session::Submit(Request request, size_t body_bytes_max) {
    return host_.pool.TrySubmit(
        [self = shared_from_this(), request = std::move(request), body_bytes_max, head = head_request_]() mutable {
            Answer answer{.response = HandleOnWorker(self->host_.handler, std::move(request), body_bytes_max),
                          .stream = nullptr};
            const auto produce = std::move(answer.response.stream);
            std::shared_ptr<StreamWriter> writer;
            if (produce && !head) {
                answer.stream = self->MakeStream();
                writer = answer.stream->MakeWriter();
            }
            answer.response.stream = produce;
            const Executor executor = self->socket_.get_executor();
            asio::post(executor, [session = std::move(self), answer = std::move(answer)]() mutable {
                session->OnAnswer(std::move(answer));
            });
            if (!writer) return;
            try {
                produce(writer);
            } catch (...) {
                writer->Abort();
            }
        });
}

void Session::OnAnswer(Answer answer) {
    if (closed_) {
        if (answer.stream) answer.stream->Detach();
        return;
    }
    answer_.emplace(std::move(answer));
    if (reading_body_) {
        error_code ignored;
        socket_.cancel(ignored);
    }
    wake_.cancel();
}

Task<void> Session::WaitForWake() {
    co_await wake_.async_wait(kAwait);
}

Task<bool> Session::AwaitAnswer() {
    while (!answer_ && alive()) co_await WaitForWake();
    co_return answer_.has_value() && alive();
}

void Session::Refuse(const Refusal& refusal) {
    keep_alive_ = false;
    if (parser_ && path_.empty()) path_ = parser_->request().path;
    answer_.emplace(Answer{.response = ProblemResponse(refusal, path_, request_id_), .stream = nullptr});
}

void Session::AppendSmall(const Response& response) {
    const std::string_view body = BodyOf(response);
    if (host_.stopping) keep_alive_ = false;
    AppendHead(out_, response,
               {.framing = Framing::kLength,
                .length = body.size(),
                .close = !keep_alive_,
                .say_keep_alive = http_1_0_ && keep_alive_});
    if (!head_request_ && StatusHasBody(response.status)) out_.append(body);
}

// False: the connection ends.
Task<bool> Session::SendAnswer() {
    Answer answer = std::move(*answer_);
    answer_.reset();
    Response& response = answer.response;
    for (const auto& [name, value] : response.headers) {
        if ((name == "Connection" || name == "connection") && value == "close") keep_alive_ = false;
    }
    if (!response.stream) {
        const std::string_view body = BodyOf(response);
        if (body.size() <= kScrapBytesMax || head_request_) {
            AppendSmall(response);
            co_return keep_alive_;
        }
        if (host_.stopping) keep_alive_ = false;
        AppendHead(out_, response,
                   {.framing = Framing::kLength,
                    .length = body.size(),
                    .close = !keep_alive_,
                    .say_keep_alive = http_1_0_ && keep_alive_});
        const bool written = co_await WriteAll(out_, StatusHasBody(response.status) ? body : std::string_view{});
        out_.clear();
        co_return written&& keep_alive_;
    }
    if (host_.stopping || http_1_0_) keep_alive_ = false;
    const std::optional<uint64_t> bytes = response.stream_bytes;
    AppendHead(out_, response,
               {.framing = bytes       ? Framing::kLength
                           : http_1_0_ ? Framing::kToClose
                                       : Framing::kChunked,
                .length = static_cast<size_t>(bytes.value_or(0)),
                .close = !keep_alive_});
    if (head_request_) co_return keep_alive_;
    if (!answer.stream) {
        // An inline handler streams: its producer still belongs on a worker.
        answer.stream = MakeStream();
        const bool taken =
            host_.pool.TrySubmit([produce = std::move(response.stream), writer = answer.stream->MakeWriter()] {
                try {
                    produce(writer);
                } catch (...) {
                    writer->Abort();
                }
            });
        if (!taken) {
            out_.clear();
            answer.stream->Detach();
            Refuse({.status = 503, .code = "unavailable", .detail = "The server is busy. Try again in a moment."});
            co_return co_await SendAnswer();
        }
    }
    stream_is_events_ = response.content_type.starts_with("text/event-stream");
    const auto stream = std::move(answer.stream);
    answer = {};
    const bool chunked = !bytes && !http_1_0_;
    co_return co_await PumpStream(stream, chunked, bytes);
}

Task<bool> Session::PumpStream(std::shared_ptr<ResponseStream> stream, bool chunked, std::optional<uint64_t> bytes) {
    stream_ = stream;
    parser_.reset();
    if (in_begin_ == in_end_) {
        // An idle stream needs no buffer: thousands of them wait.
        std::string().swap(in_);
        in_begin_ = in_end_ = 0;
    }
    if (host_.stopping && stream_is_events_) stream->CloseFromServer();
    Watch();
    bool written = co_await WriteAll(out_);
    std::string().swap(out_);
    auto end = ResponseStream::End::kOpen;
    uint64_t sent = 0;
    while (written && alive() && !client_gone_) {
        const auto piece = stream->Take();
        if (!piece.bytes.empty()) {
            sent += piece.bytes.size();
            if (bytes && sent > *bytes) break;
            const std::string size = chunked ? fmt::format("{:x}\r\n", piece.bytes.size()) : std::string();
            written = co_await WriteAll(size, piece.bytes, chunked ? "\r\n" : "");
            stream->Sent(piece.bytes.size());
            continue;
        }
        end = piece.end;
        if (end != ResponseStream::End::kOpen) break;
        co_await WaitForWake();
    }
    if (!written) client_gone_ = true;
    bool keep = false;
    if (written && end == ResponseStream::End::kDropped && stream_is_events_) {
        const std::string size = chunked ? fmt::format("{:x}\r\n", kDropComment.size()) : std::string();
        co_await WriteAll(size, kDropComment, chunked ? "\r\n" : "");
    }
    if (written && end == ResponseStream::End::kClosed && (!bytes || sent == *bytes)) {
        if (chunked) out_.append("0\r\n\r\n");
        keep = keep_alive_;
    } else if (!chunked) {
        // Without chunks there is no other way to tell a cut answer from a whole one.
        error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        client_gone_ = true;
    }
    stream_.reset();
    last_moment_ = SteadyClock::time_point::max();
    error_code ignored;
    socket_.cancel(ignored);  // the watch
    stream->Detach();
    co_return keep;
}

void Session::OnStreamWake() {
    if (stream_ && stream_->end() == ResponseStream::End::kDropped && last_moment_ == SteadyClock::time_point::max()) {
        last_moment_ = SteadyClock::now() + kDropLinger;
        stream_->CallGone();
    }
    wake_.cancel();
}

// Sees the client go while nothing is written. What it sends meanwhile is kept as the next request, up to a bound.
void Session::Watch() {
    socket_.async_wait(Socket::wait_read,
                       [self = shared_from_this(), watched = std::weak_ptr(stream_)](error_code fault) {
                           const auto stream = watched.lock();
                           if (fault || !stream || stream != self->stream_) return;
                           std::array<char, 4096> scrap;
                           const size_t got = self->socket_.read_some(asio::buffer(scrap), fault);
                           if (fault == asio::error::would_block) return self->Watch();
                           if (fault) {
                               self->client_gone_ = true;
                               error_code ignored;
                               self->socket_.cancel(ignored);
                               self->wake_.cancel();
                               return;
                           }
                           self->in_.resize(self->in_end_);
                           self->in_.append(scrap.data(), got);
                           self->in_end_ += got;
                           if (self->in_end_ - self->in_begin_ < kScrapBytesMax) self->Watch();
                       });
}

// False: some of `out_` is left, or the client is gone; either way WriteAll goes on.
bool Session::WriteNow() {
    if (out_.empty()) return true;
    error_code fault;
    const size_t written = socket_.write_some(asio::buffer(out_), fault);
    if (written == out_.size()) {
        out_.clear();
        return true;
    }
    out_.erase(0, written);
    return false;
}

Task<bool> Session::WriteAll(std::string_view first, std::string_view second, std::string_view third) {
    std::array<asio::const_buffer, 3> left{asio::buffer(first), asio::buffer(second), asio::buffer(third)};
    timed_out_ = false;
    while (alive() && !client_gone_) {
        error_code fault;
        size_t written = socket_.write_some(left, fault);
        written_in_a_row_ += written;
        for (auto& buffer : left) {
            const size_t step = std::min(written, buffer.size());
            buffer += step;
            written -= step;
        }
        if (written_in_a_row_ > kTurnBytes) {
            written_in_a_row_ = 0;
            co_await asio::post(socket_.get_executor(), kAwait);
        }
        if (asio::buffer_size(left) == 0) co_return true;
        if (fault && fault != asio::error::would_block) co_return false;
        if (!fault) continue;
        written_in_a_row_ = 0;
        deadline_ = SteadyClock::now() + host_.options.body_stall_timeout;
        co_await socket_.async_wait(Socket::wait_write, kAwait);
        deadline_ = SteadyClock::time_point::max();
        if (timed_out_) co_return false;
    }
    co_return false;
}

}  // namespace dagy::net
