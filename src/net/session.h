/// One connection: reads requests, has them handled, writes the answers.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"
#include "net/request_body.h"
#include "net/request_parser.h"
#include "net/response_stream.h"
#include "net/worker_pool.h"

namespace dagy::net {

// Concrete executor types: Asio's type-erased ones cost a tenth of a small request.
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <typename T>
using Task = boost::asio::awaitable<T, Executor>;
inline constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable_t<Executor>{});

class Session;

/// What the sessions of one server share; touched on the I/O thread only, but for `pool` and `handler`.
struct SessionHost {
    Handler& handler;
    const ServerOptions& options;
    WorkerPool& pool;
    std::string id_prefix;  ///< of request ids; differs between processes
    std::list<Session*> sessions{};
    uint64_t requests = 0;
    bool stopping = false;
    std::function<void()> on_session_end{};
};

/// Everything runs on the I/O thread. Lives as long as its coroutine, or a worker that still handles its request.
class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(Socket socket, SessionHost& host);

    /// The whole life of the connection.
    Task<void> Run();

    /// Called about four times a second: ends what waits too long.
    void CheckDeadline(std::chrono::steady_clock::time_point now);
    /// No further request: an idle connection ends now, an event stream is closed, a request under way is answered.
    void StopSoon();
    /// Ends now.
    void ForceClose();

  private:
    struct Answer {
        Response response;
        std::shared_ptr<ResponseStream> stream;
    };

    // session.cpp: reading
    Task<void> Serve();
    Task<bool> ReadHead();
    Task<bool> HandleRequest(RouteInfo route);
    Task<bool> ReadWholeBody(const RouteInfo& route);
    Task<bool> HandleWithBodyReader();
    Task<void> FeedBody(std::shared_ptr<RequestBody> body);
    Task<size_t> ReadMore(std::chrono::steady_clock::time_point deadline);
    Task<void> Linger();
    RequestParser::State FeedParser();
    RouteInfo ReadRoute();
    Response HandleInline();
    bool AnswerAtOnce(const RouteInfo& route);
    void MakeRoom();

    // session_answer.cpp: answering
    bool Submit(Request request, size_t body_bytes_max);
    void OnAnswer(Answer answer);
    Task<bool> AwaitAnswer();
    Task<bool> SendAnswer();
    Task<bool> PumpStream(std::shared_ptr<ResponseStream> stream, bool chunked, std::optional<uint64_t> bytes);
    Task<bool> WriteAll(std::string_view first, std::string_view second = {}, std::string_view third = {});
    void Refuse(const Refusal& refusal);  // not a coroutine: GCC 12 destroys a braced argument of one twice
    bool WriteNow();
    void AppendSmall(const Response& response);
    void Watch();
    void OnStreamWake();
    Task<void> WaitForWake();
    std::shared_ptr<ResponseStream> MakeStream();

    void End();

    bool alive() const { return !closed_ && socket_.is_open(); }
    std::string_view unread() const { return std::string_view(in_).substr(in_begin_, in_end_ - in_begin_); }

    Socket socket_;
    Timer wake_;
    SessionHost& host_;
    std::list<Session*>::iterator place_;
    std::string client_ip_;
    std::string path_;  ///< of the request whose values a worker has taken
    std::string request_id_;

    std::string in_;  ///< bytes [in_begin_, in_end_) are read and not yet parsed
    size_t in_begin_ = 0;
    size_t in_end_ = 0;
    std::string out_;  ///< answers to pipelined requests leave together
    std::optional<RequestParser> parser_;
    std::optional<Answer> answer_;
    std::shared_ptr<ResponseStream> stream_;  ///< while it is pumped
    bool stream_is_events_ = false;
    std::shared_ptr<RequestBody> body_;  ///< while a worker reads it
    size_t written_in_a_row_ = 0;        ///< bytes since others had their turn

    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::chrono::steady_clock::time_point last_moment_ =
        std::chrono::steady_clock::time_point::max();  ///< no progress moves a deadline past it
    bool timed_out_ = false;
    bool closed_ = false;
    bool client_gone_ = false;
    bool between_requests_ = true;
    bool reading_body_ = false;
    bool keep_alive_ = true;
    bool head_request_ = false;
    bool http_1_0_ = false;
    bool first_request_ = true;
};

}  // namespace dagy::net
