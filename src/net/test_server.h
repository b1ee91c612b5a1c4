/// For the tests of net: a handler made of functions, and a client that writes and reads raw bytes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http.h"

namespace dagy::net {

class TestHandler final : public Handler {
  public:
    std::function<RouteInfo(const Request&)> route = [](const Request&) { return RouteInfo{}; };
    std::function<Response(Request)> handle = [](const Request&) { return Response{}; };

    RouteInfo Route(const Request& head) override { return route(head); }
    Response Handle(Request request) override { return handle(std::move(request)); }
};

/// A handler and its server on a free port of loopback; stopped with the object.
class TestServer {
  public:
    TestServer() = default;
    ~TestServer();

    TestHandler handler;
    ServerOptions options{.port = 0, .worker_threads = 2};

    void Start();
    void Stop(std::chrono::milliseconds grace = std::chrono::milliseconds(0)) { server_->Stop(grace); }
    uint16_t port() const { return server_->port(); }
    std::string Url(std::string_view target) const;

  private:
    std::unique_ptr<Server> server_;
};

struct RawAnswer {
    int status = 0;
    std::string head;
    std::string body;
    /// Value of a header, any case of the name.
    std::string Header(std::string_view name) const;
};

/// A blocking socket whose reads give up after 20 s.
class RawClient {
  public:
    explicit RawClient(uint16_t port, int receive_buffer_bytes = 0);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the server no longer takes bytes.
    bool Send(std::string_view bytes);
    /// Reads until `end` is seen; what came before it, `end` included; less if the connection ended.
    std::string ReadUntil(std::string_view end);
    std::string ReadExactly(size_t bytes);
    std::string ReadToEnd();
    /// One answer, by Content-Length or chunks.
    RawAnswer ReadAnswer(bool head_request = false);
    RawAnswer Ask(std::string_view request) {
        Send(request);
        return ReadAnswer();
    }
    /// Ends the sending side only.
    void ShutdownSend();
    void Reset();
    void Close();

  private:
    bool Fill();
    int fd_;
    std::string buffer_;
};

}  // namespace dagy::net
