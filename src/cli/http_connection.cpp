#include <fmt/format.h>

#include "base/error.h"
#include "cli/connection.h"
#include "net/client.h"

namespace dagy::cli {
namespace {

class HttpConnection final : public Connection {
  public:
    HttpConnection(std::string url, std::string key) : url_(std::move(url)), key_(std::move(key)) {
        while (!url_.empty() && url_.back() == '/') url_.pop_back();
    }

    Answer Call(const std::string& method, const std::string& target, const std::string& body,
                const std::vector<std::pair<std::string, std::string>>& headers) override {
        net::ClientRequest request = Prepare(target, headers);
        request.method = method;
        request.body = body;
        net::ClientResponse response = net::Fetch(request);
        return {response.status, std::move(response.body)};
    }

    Answer StreamFrom(const std::string& method, const std::string& target,
                      const std::vector<std::pair<std::string, std::string>>& headers,
                      const std::function<bool(std::string_view)>& take) override {
        net::ClientRequest request = Prepare(target, headers);
        request.method = method;
        request.timeout = std::chrono::milliseconds{0};
        net::ClientResponse response = net::FetchStream(request, take);
        return {response.status, std::move(response.body)};
    }

  private:
    net::ClientRequest Prepare(const std::string& target,
                               const std::vector<std::pair<std::string, std::string>>& headers) const {
        net::ClientRequest request;
        request.url = url_ + target;
        request.headers = headers;
        if (!key_.empty()) request.headers.emplace_back("authorization", "Bearer " + key_);
        return request;
    }

    std::string url_;
    std::string key_;
};

}  // namespace

std::unique_ptr<Connection> ConnectHttp(std::string url, std::string key) {
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        throw Error(ErrorCode::kInvalidInput,
                    fmt::format("DAGY_API_URL is '{}', which is no http:// or https:// address", url));
    return std::make_unique<HttpConnection>(std::move(url), std::move(key));
}

}  // namespace dagy::cli
