/// The one family of exceptions that dagy throws for what a caller cannot help.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dagy {

/// What went wrong, stable and machine-readable. `problem.h` maps it to HTTP, `exit_code.h` of the CLI to exit codes.
enum class ErrorCode {
    kInvalidInput,  ///< 422 · 2: a value is wrong; `detail` names it and the way out
    kBadRequest,    ///< 400 · 2: the request cannot be read at all
    kUnauthorized,  ///< 401 · 3
    kForbidden,     ///< 403 · 3
    kNotFound,      ///< 404 · 5
    kConflict,      ///< 409 · 6
    kTooLarge,      ///< 413 · 2: over a stated limit
    kRateLimited,   ///< 429 · 1
    kStorage,       ///< 502 · 1: a chunk, disk or object store failed; names the part, never a secret
    kStorageFull,   ///< 507 · 1: no space left
    kUnavailable,   ///< 503 · 4: busy, starting or unreachable; try again
    kLocked,        ///< 409 · 6: another process holds the data folder
    kTimeout,       ///< 504 · 1
    kInternal,      ///< 500 · 1: a bug
};

/// `snake_case` name of the code, as shown in `problem+json` `code` (e.g. "not_found").
std::string_view Name(ErrorCode code);

/// Thrown where a thing happens, mapped to an answer in one place (api/problem.cpp, cli/main).
/// `what()` and `detail()` are public: they name the place and never hold SQL, paths of the server, secrets or stack
/// traces. `hint()` says the way out; `internal()` is for the log only.
class Error : public std::runtime_error {
  public:
    Error(ErrorCode code, std::string detail, std::string hint = {}, std::string internal = {});

    ErrorCode code() const { return code_; }
    const std::string& detail() const { return detail_; }
    const std::string& hint() const { return hint_; }
    const std::string& internal() const { return internal_; }

  private:
    ErrorCode code_;
    std::string detail_;
    std::string hint_;
    std::string internal_;
};

}  // namespace dagy
