/// Requests and responses as values; what a handler sees. No Asio, no Beast here.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dagy::net {

/// The body of a request as it arrives. Blocking; used on a worker thread only.
class BodyReader {
  public:
    virtual ~BodyReader() = default;
    /// Next bytes, at most 256 KiB; empty at the end. Throws kBadRequest if the client broke off or what it sent is
    /// broken, kTimeout if it stalled. Content-Encoding (gzip, zstd) is already undone. Each read is bounded, the whole
    /// is not: the reader counts.
    virtual std::string Read() = 0;
};

struct Request {
    std::string method;
    std::string target;                                        ///< as sent
    std::string path;                                          ///< still percent-encoded
    std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::map<std::string, std::string> path_parameters;        ///< decoded; filled by the router
    std::string body;                                          ///< whole body, for routes that do not stream
    std::shared_ptr<BodyReader> body_reader;                   ///< for routes that do
    std::string client_ip;
    std::string request_id;

    std::optional<std::string> Header(std::string_view lower_case_name) const;
    std::optional<std::string> Query(std::string_view name) const;
};

/// Where a streaming answer's bytes go. Thread-safe; outlives the connection (then every call is a no-op that says so).
class StreamWriter {
  public:
    virtual ~StreamWriter() = default;
    /// Queues bytes. False: the client is gone, or was dropped because more than the limit is queued (SSE: after a
    /// comment).
    virtual bool Write(std::string bytes) = 0;
    /// Blocks until at most `bytes` are queued; false when gone or after `deadline`. For large downloads on worker
    /// threads.
    virtual bool WaitQueued(size_t bytes, std::chrono::steady_clock::time_point deadline) = 0;
    virtual bool Gone() const = 0;
    /// Ends the answer properly after what is queued. Letting the last reference go without it is an Abort.
    virtual void Close() = 0;
    /// Ends the connection without a proper end, so that the client sees that the answer is cut.
    virtual void Abort() = 0;
    /// Called once, on some thread (the I/O thread, most often: it must not block), when the client goes or the server
    /// stops; at once if it is gone.
    virtual void OnGone(std::function<void()> call) = 0;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string content_type = "application/json";
    std::string body;
    /// Bytes that live as long as the process (embedded files), instead of `body`.
    std::optional<std::string_view> static_body;
    /// Set: the head is sent (chunked), then this runs once with the writer, on a worker thread; it may return while
    /// the stream goes on.
    std::function<void(std::shared_ptr<StreamWriter>)> stream;
    /// How many bytes `stream` will write, where that is known: then Content-Length says so instead of chunks. A stream
    /// that closes with another number of bytes is cut, as one that is aborted.
    std::optional<uint64_t> stream_bytes;
};

/// Decides, before the body is read, how a request is handled.
struct RouteInfo {
    bool stream_body = false;         ///< hand over a BodyReader instead of a whole body
    size_t body_bytes_max = 1 << 20;  ///< of a whole body, after decompression
    bool inline_handler = false;      ///< runs on the I/O thread: must not block (health, static files)
};

class Handler {
  public:
    virtual ~Handler() = default;
    virtual RouteInfo Route(const Request& head) = 0;
    /// Never throws; errors are answers.
    virtual Response Handle(Request request) = 0;
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    uint16_t port = 8000;  ///< 0: any
    size_t worker_threads = 8;
    size_t queue_max = 1024;  ///< waiting requests; more get 503 with Retry-After
    size_t connections_max = 10000;
    size_t header_bytes_max = 32 << 10;
    size_t target_bytes_max = 16 << 10;
    size_t stream_buffer_bytes_max = 4 << 20;  ///< queued for one slow client before it is dropped
    std::chrono::seconds header_timeout{10};
    std::chrono::seconds body_stall_timeout{30};
    std::chrono::seconds idle_timeout{75};
};

/// One I/O thread and a pool of workers. HTTP/1.1, keep-alive, chunked.
class Server {
  public:
    virtual ~Server() = default;
    /// Binds and serves until Stop. Throws kConflict with the port and what to do when it is in use.
    virtual void Start() = 0;
    virtual uint16_t port() const = 0;
    /// No new connections; requests under way get `grace`, event streams are closed at once, other streams cut after
    /// `grace`. Returns when no handler runs any more, so never call it from one.
    virtual void Stop(std::chrono::milliseconds grace) = 0;
};

std::unique_ptr<Server> MakeServer(Handler& handler, ServerOptions options);

/// `%41` and `+` (queries) undone. Nothing for bad escapes.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);
/// Everything but unreserved characters (RFC 3986) as %XX.
std::string PercentEncode(std::string_view text);

}  // namespace dagy::net
