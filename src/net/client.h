/// Outgoing HTTP by libcurl.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dagy::net {

struct ClientRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::chrono::milliseconds connect_timeout{5000};
    std::chrono::milliseconds timeout{60000};  ///< of the whole; 0: none (streams)
    size_t body_bytes_max = 64 << 20;
    size_t header_bytes_max = 256 << 10;
    std::stop_token stop = {};  ///< ends it within a second or so: kTimeout
};

struct ClientResponse {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string body;
};

/// Throws kUnavailable (cannot connect), kTimeout, kTooLarge (headers or body), kInvalidInput (URL or header); an HTTP
/// error status is an answer, not an exception. Redirects are answers too: they are not followed. Connections are kept,
/// a thread its own. Messages name scheme, host and port only.
ClientResponse Fetch(const ClientRequest& request);

/// Hands the body over as it comes; false from `take` ends it. Status and headers in the answer, body empty (an error
/// answer's body is kept).
ClientResponse FetchStream(const ClientRequest& request, const std::function<bool(std::string_view)>& take);

}  // namespace dagy::net
