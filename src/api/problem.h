/// Every error answer of the API, from one place: RFC 9457 `application/problem+json`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "net/http.h"

namespace dagy::api {

/// One thing that is wrong with a request: with a parameter, or (`in_body`) with the body at `pointer`.
struct Fault {
    std::string parameter;  ///< name of a path, query or header parameter
    std::string pointer;    ///< JSON pointer into the body; "" is the body itself
    std::string message;
    bool in_body = false;
    int line = 0;         ///< of a text that is the body, counted from 1; 0: it has no lines
    std::string way_out;  ///< what to do about it, where that is not plain from the message
};

/// What a client is told. `code` names an entry of the catalogue.
struct Problem {
    std::string code;
    std::string detail;
    std::vector<Fault> errors;
    std::vector<std::pair<std::string, std::string>> headers;
    int status = 0;  ///< 0: the catalogue's
};

/// Thrown by the gate, by validation and by handlers that need more than Error says.
class ProblemError : public std::exception {
  public:
    explicit ProblemError(Problem problem) : problem_(std::move(problem)) {}
    const Problem& problem() const { return problem_; }
    const char* what() const noexcept override { return problem_.detail.c_str(); }

  private:
    Problem problem_;
};

/// 404 that reads the same for a thing that never was and for one of another organization.
[[noreturn]] void ThrowNotFound(std::string detail, const std::vector<std::string>& similar = {});

/// The problem that an Error stands for; its private part is left behind.
Problem FromError(const Error& error);

/// The answer. `instance` is the request's path.
net::Response ToResponse(const Problem& problem, const net::Request& request);

/// `GET /api/v1/problems`: every code with its type, title, status and meaning.
json::object ProblemCatalogue();

}  // namespace dagy::api
