/// The errors that the transport itself answers, in the shape of every other error of the API (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "net/http.h"

namespace dagy::net {

/// Why the transport refuses a request. `code` is machine-readable (`bad_request`), `detail` says the place and the way
/// out.
struct Refusal {
    int status = 400;
    std::string_view code = "bad_request";
    std::string detail;
};

/// `path` and `request_id` may be empty where the request could not be read that far.
Response ProblemResponse(const Refusal& refusal, std::string_view path, std::string_view request_id);

/// For a handler that broke its promise not to throw.
Response InternalProblem(std::string_view path, std::string_view request_id);

}  // namespace dagy::net
