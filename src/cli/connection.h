/// How a command reaches dagy: the same requests to a server by HTTP, or to the API in this process over the local
/// store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "net/http.h"

namespace dagy::cli {

struct Answer {
    int status = 0;
    std::string body;
};

/// Used from one thread.
class Connection {
  public:
    virtual ~Connection() = default;

    /// `target`: path and query, encoded. Throws kUnavailable if there is no one to ask.
    virtual Answer Call(const std::string& method, const std::string& target, const std::string& body,
                        const std::vector<std::pair<std::string, std::string>>& headers) = 0;

    /// Hands the body over as it comes until it ends or `take` returns false. An error answer comes back whole instead.
    virtual Answer StreamFrom(const std::string& method, const std::string& target,
                              const std::vector<std::pair<std::string, std::string>>& headers,
                              const std::function<bool(std::string_view)>& take) = 0;
    Answer Stream(const std::string& target, const std::vector<std::pair<std::string, std::string>>& headers,
                  const std::function<bool(std::string_view)>& take) {
        return StreamFrom("GET", target, headers, take);
    }

    /// Calls and parses; an answer of 400 or more is thrown as the Error that its problem body describes.
    json::value Json(const std::string& method, const std::string& target, const std::string& body = {});
};

/// The Error that a problem+json answer stands for.
[[noreturn]] void ThrowProblem(const Answer& answer);

/// A server at `url` with a bearer key. Throws kInvalidInput for an url that is none.
std::unique_ptr<Connection> ConnectHttp(std::string url, std::string key);

/// The API in this process; `handler` outlives the connection. `bearer` is what the handler takes for the local owner.
std::unique_ptr<Connection> ConnectLocal(net::Handler& handler, std::string bearer);

}  // namespace dagy::cli
