#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"
#include "cli/connection.h"

namespace dagy::cli {
namespace {

/// The bytes of one streaming answer on their way from the API's threads to the command; bounded, so that a big
/// download waits.
class Pipe final : public net::StreamWriter {
  public:
    bool Write(std::string bytes) override {
        const std::lock_guard lock(mutex_);
        if (gone_) return false;
        queued_ += bytes;
        changed_.notify_all();
        return true;
    }

    bool WaitQueued(size_t bytes, std::chrono::steady_clock::time_point deadline) override {
        std::unique_lock lock(mutex_);
        return changed_.wait_until(lock, deadline, [&] { return gone_ || queued_.size() <= bytes; }) && !gone_;
    }

    bool Gone() const override {
        const std::lock_guard lock(mutex_);
        return gone_;
    }

    void Close() override { End(false); }
    void Abort() override { End(true); }

    void OnGone(std::function<void()> call) override {
        {
            const std::lock_guard lock(mutex_);
            if (!gone_) {
                on_gone_ = std::move(call);
                return;
            }
        }
        call();
    }

    /// Next bytes; empty at the end. Throws where the answer was cut.
    std::string Take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || !queued_.empty(); });
        if (queued_.empty() && aborted_) throw Error(ErrorCode::kStorage, "the answer broke off before its end");
        changed_.notify_all();
        return std::exchange(queued_, {});
    }

    void Leave() {
        std::function<void()> call;
        {
            const std::lock_guard lock(mutex_);
            gone_ = true;
            call = std::exchange(on_gone_, nullptr);
            changed_.notify_all();
        }
        if (call) call();
    }

  private:
    void End(bool aborted) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        aborted_ = aborted;
        changed_.notify_all();
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::string queued_;
    bool ended_ = false, aborted_ = false, gone_ = false;
    std::function<void()> on_gone_;
};

/// A request's body that is here already.
class WholeBody final : public net::BodyReader {
  public:
    explicit WholeBody(std::string body) : body_(std::move(body)) {}
    std::string Read() override { return std::exchange(body_, {}); }

  private:
    std::string body_;
};

class LocalConnection final : public Connection {
  public:
    LocalConnection(net::Handler& handler, std::string bearer) : handler_(handler), bearer_(std::move(bearer)) {}

    Answer Call(const std::string& method, const std::string& target, const std::string& body,
                const std::vector<std::pair<std::string, std::string>>& headers) override {
        net::Response response = Ask(method, target, body, headers);
        Answer answer{response.status, BodyOf(response)};
        if (response.stream) Drain(response, [&](std::string_view bytes) { return answer.body += bytes, true; });
        return answer;
    }

    Answer StreamFrom(const std::string& method, const std::string& target,
                      const std::vector<std::pair<std::string, std::string>>& headers,
                      const std::function<bool(std::string_view)>& take) override {
        net::Response response = Ask(method, target, {}, headers);
        Answer answer{response.status, {}};
        if (response.status >= 400) {
            answer.body = BodyOf(response);
        } else if (response.stream) {
            Drain(response, take);
        } else {
            take(BodyOf(response));
        }
        return answer;
    }

  private:
    static std::string BodyOf(const net::Response& response) {
        return response.static_body ? std::string(*response.static_body) : response.body;
    }

    net::Response Ask(const std::string& method, const std::string& target, const std::string& body,
                      const std::vector<std::pair<std::string, std::string>>& headers) {
        net::Request request;
        request.method = method;
        request.target = target;
        request.path = target.substr(0, target.find('?'));
        if (const size_t at = target.find('?'); at != std::string::npos) ReadQuery(target.substr(at + 1), request);
        request.headers = headers;
        request.headers.emplace_back("authorization", "Bearer " + bearer_);
        request.client_ip = "local";
        if (handler_.Route(request).stream_body)
            request.body_reader = std::make_shared<WholeBody>(body);
        else
            request.body = body;
        return handler_.Handle(std::move(request));
    }

    static void ReadQuery(std::string_view text, net::Request& request) {
        while (!text.empty()) {
            const std::string_view pair = text.substr(0, text.find('&'));
            text.remove_prefix(std::min(text.size(), pair.size() + 1));
            const size_t equals = pair.find('=');
            const auto name = net::PercentDecode(pair.substr(0, equals), true);
            const auto value = equals == std::string_view::npos ? std::optional<std::string>{""}
                                                                : net::PercentDecode(pair.substr(equals + 1), true);
            if (name && value && !name->empty()) request.query.emplace_back(*name, *value);
        }
    }

    /// The handler writes on a thread of its own, as it would on a worker of the server.
    static void Drain(net::Response& response, const std::function<bool(std::string_view)>& take) {
        auto pipe = std::make_shared<Pipe>();
        std::jthread writer([&response, pipe] { response.stream(pipe); });
        while (true) {
            const std::string bytes = pipe->Take();
            if (bytes.empty() || !take(bytes)) break;
        }
        pipe->Leave();
    }

    net::Handler& handler_;
    std::string bearer_;
};

}  // namespace

std::unique_ptr<Connection> ConnectLocal(net::Handler& handler, std::string bearer) {
    return std::make_unique<LocalConnection>(handler, std::move(bearer));
}

}  // namespace dagy::cli
