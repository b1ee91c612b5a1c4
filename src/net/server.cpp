#include <fmt/format.h>
#include <sys/resource.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "base/error.h"
#include "net/http.h"
#include "net/problem.h"
#include "net/response_head.h"
#include "net/session.h"
#include "net/worker_pool.h"

namespace dagy::net {

namespace asio = boost::asio;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

constexpr std::chrono::milliseconds kSweepInterval{250};
constexpr std::chrono::milliseconds kAcceptRetry{100};

/// Request ids of two processes, or of two starts of one, must not meet: five random hex digits first.
std::string RandomPrefix() {
    return fmt::format("{:05x}-", std::random_device{}() & 0xfffff);
}

asio::ip::address ResolveHost(const std::string& host) {
    if (host == "localhost") return asio::ip::address_v4::loopback();
    error_code fault;
    const auto address = asio::ip::make_address(host, fault);
    if (fault)
        throw Error(ErrorCode::kInvalidInput, fmt::format("'{}' is not an address to listen on.", host),
                    "Give an IP address: 127.0.0.1, 0.0.0.0 or ::1.");
    return address;
}

[[noreturn]] void ThrowListenError(const ServerOptions& options, const error_code& fault) {
    if (fault == asio::error::address_in_use) {
        throw Error(ErrorCode::kConflict,
                    fmt::format("Port {} on {} is in use by another program.", options.port, options.host),
                    "Give another port with --port, or --port 0 for any free one.");
    }
    if (fault == asio::error::access_denied) {
        throw Error(ErrorCode::kInvalidInput,
                    fmt::format("Port {} needs rights that this process lacks.", options.port),
                    "Give a port above 1023 with --port.");
    }
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("Cannot listen on {} port {}: {}.", options.host, options.port, fault.message()),
                "Give an address of this machine with --host.");
}

/// Each connection is a file descriptor; the usual soft limit of 1,024 would end far below connections_max.
void RaiseFileLimit(size_t connections_max) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t wanted = connections_max + 512;
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
}

class AsioServer final : public Server {
  public:
    AsioServer(Handler& handler, ServerOptions options)
        : options_(std::move(options)),
          pool_(options_.worker_threads, options_.queue_max),
          host_{.handler = handler, .options = options_, .pool = pool_, .id_prefix = RandomPrefix()},
          acceptor_(io_),
          sweep_(io_),
          accept_retry_(io_) {
        host_.on_session_end = [this] { OnSessionEnd(); };
    }

    ~AsioServer() override { Stop(std::chrono::milliseconds(0)); }

    void Start() override;
    uint16_t port() const override { return port_; }
    void Stop(std::chrono::milliseconds grace) override;

  private:
    void Listen();
    Task<void> Accept();
    void TurnAway(Socket socket);
    void Sweep();
    void OnSessionEnd();
    void BeginStop();
    void ForceEnd();

    const ServerOptions options_;
    asio::io_context io_{1};
    WorkerPool pool_;
    SessionHost host_;
    Acceptor acceptor_;
    Timer sweep_;
    Timer accept_retry_;
    std::optional<asio::executor_work_guard<Executor>> work_;
    std::thread thread_;
    uint16_t port_ = 0;
    bool forced_ = false;

    std::mutex mutex_;
    std::condition_variable ended_;
    bool all_ended_ = false;  ///< stopping, and the last session is over
};

void AsioServer::Start() {
    Listen();
    RaiseFileLimit(options_.connections_max);
    work_.emplace(io_.get_executor());
    asio::co_spawn(io_, Accept(), asio::detached);
    Sweep();
    thread_ = std::thread([this] { io_.run(); });
}

void AsioServer::Listen() {
    const asio::ip::tcp::endpoint endpoint(ResolveHost(options_.host), options_.port);
    error_code fault;
    acceptor_.open(endpoint.protocol(), fault);
    if (!fault) acceptor_.set_option(asio::socket_base::reuse_address(true), fault);
    if (!fault) acceptor_.bind(endpoint, fault);
    if (!fault) acceptor_.listen(asio::socket_base::max_listen_connections, fault);
    if (fault) {
        error_code ignored;
        acceptor_.close(ignored);
        ThrowListenError(options_, fault);
    }
    port_ = acceptor_.local_endpoint().port();
}

Task<void> AsioServer::Accept() {
    while (acceptor_.is_open()) {
        auto [fault, socket] = co_await acceptor_.async_accept(kAwait);
        if (!acceptor_.is_open()) break;
        if (fault) {
            // Out of descriptors, most likely: connections that end make room.
            accept_retry_.expires_after(kAcceptRetry);
            co_await accept_retry_.async_wait(kAwait);
            continue;
        }
        if (host_.sessions.size() >= options_.connections_max) {
            TurnAway(std::move(socket));
            continue;
        }
        const auto session = std::make_shared<Session>(std::move(socket), host_);
        asio::co_spawn(io_, session->Run(), asio::detached);
    }
}

// One answer without a session: best effort, never a wait.
void AsioServer::TurnAway(Socket socket) {
    const Response response =
        ProblemResponse({.status = 503,
                         .code = "unavailable",
                         .detail = "The server has as many connections as it takes. Try again in a moment."},
                        "", "");
    std::string bytes;
    AppendHead(bytes, response, {.length = response.body.size(), .close = true});
    bytes += response.body;
    error_code ignored;
    socket.non_blocking(true, ignored);
    std::array<char, 4096> scrap;
    socket.read_some(asio::buffer(scrap), ignored);  // what is unread would turn the close into a reset
    socket.write_some(asio::buffer(bytes), ignored);
    socket.shutdown(Socket::shutdown_both, ignored);
    socket.close(ignored);
}

// One timer for all deadlines: a timer for each read would cost more than the read.
void AsioServer::Sweep() {
    sweep_.expires_after(kSweepInterval);
    sweep_.async_wait([this](error_code fault) {
        if (fault || forced_) return;
        const auto now = SteadyClock::now();
        for (Session* session : host_.sessions) session->CheckDeadline(now);
        Sweep();
    });
}

void AsioServer::OnSessionEnd() {
    if (!host_.stopping || !host_.sessions.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        all_ended_ = true;
    }
    ended_.notify_all();
}

void AsioServer::BeginStop() {
    host_.stopping = true;
    error_code ignored;
    acceptor_.close(ignored);
    accept_retry_.cancel();
    for (Session* session : host_.sessions) session->StopSoon();
    OnSessionEnd();
}

void AsioServer::ForceEnd() {
    forced_ = true;
    for (Session* session : host_.sessions) session->ForceClose();
    sweep_.cancel();
}

void AsioServer::Stop(std::chrono::milliseconds grace) {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { BeginStop(); });
    {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, grace, [this] { return all_ended_; });
    }
    asio::post(io_, [this] { ForceEnd(); });
    // The I/O thread goes on until the workers are done: closing a connection is what frees a worker that waits for its
    // client.
    pool_.Stop();
    work_.reset();
    thread_.join();
}

}  // namespace

std::unique_ptr<Server> MakeServer(Handler& handler, ServerOptions options) {
    return std::make_unique<AsioServer>(handler, std::move(options));
}

}  // namespace dagy::net
