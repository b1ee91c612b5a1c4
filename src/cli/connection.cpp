#include "cli/connection.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/error.h"

namespace dagy::cli {
namespace {

ErrorCode CodeOf(int status, std::string_view name) {
    static constexpr std::array kCodes{ErrorCode::kInvalidInput, ErrorCode::kBadRequest,  ErrorCode::kUnauthorized,
                                       ErrorCode::kForbidden,    ErrorCode::kNotFound,    ErrorCode::kConflict,
                                       ErrorCode::kTooLarge,     ErrorCode::kRateLimited, ErrorCode::kStorage,
                                       ErrorCode::kStorageFull,  ErrorCode::kUnavailable, ErrorCode::kLocked,
                                       ErrorCode::kTimeout,      ErrorCode::kInternal};
    for (const ErrorCode code : kCodes)
        if (Name(code) == name) return code;
    switch (status) {
        case 400:
        case 422:
            return ErrorCode::kInvalidInput;
        case 401:
            return ErrorCode::kUnauthorized;
        case 403:
            return ErrorCode::kForbidden;
        case 404:
            return ErrorCode::kNotFound;
        case 409:
            return ErrorCode::kConflict;
        case 413:
            return ErrorCode::kTooLarge;
        case 429:
            return ErrorCode::kRateLimited;
        case 502:
            return ErrorCode::kStorage;
        case 503:
            return ErrorCode::kUnavailable;
        default:
            return ErrorCode::kInternal;
    }
}

std::string HintOf(const json::object& problem) {
    if (auto hint = GetString(problem, "hint")) return *hint;
    std::string hints;
    if (const json::array* errors = GetArray(problem, "errors")) {
        // One fault stands in the detail already.
        if (errors->size() == 1 && errors->front().is_object() &&
            StringOr(problem, "detail").contains(StringOr(errors->front().as_object(), "message")))
            return {};
        for (const json::value& error : *errors) {
            const json::object* one = error.if_object();
            if (one == nullptr) continue;
            const std::string place = StringOr(*one, "parameter", StringOr(*one, "pointer"));
            hints += fmt::format("{}{}: {}", hints.empty() ? "" : "\n      ", place, StringOr(*one, "message"));
        }
    }
    return hints;
}

}  // namespace

void ThrowProblem(const Answer& answer) {
    try {
        const json::value parsed = ParseJson(answer.body, "the server's answer");
        if (const json::object* problem = parsed.if_object(); problem != nullptr && problem->contains("status"))
            throw Error(CodeOf(answer.status, StringOr(*problem, "code")),
                        StringOr(*problem, "detail", StringOr(*problem, "title")), HintOf(*problem));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::kBadRequest || answer.status == 400) throw;
    }
    throw Error(CodeOf(answer.status, ""), fmt::format("the server answered {}, not as dagy does", answer.status),
                "is DAGY_API_URL the address of a dagy server?");
}

json::value Connection::Json(const std::string& method, const std::string& target, const std::string& body) {
    const Answer answer =
        Call(method, target, body,
             body.empty() ? std::vector<std::pair<std::string, std::string>>{}
                          : std::vector<std::pair<std::string, std::string>>{{"content-type", "application/json"}});
    if (answer.status >= 400 || answer.status == 0) ThrowProblem(answer);
    return answer.body.empty() ? json::value(nullptr) : ParseJson(answer.body, "the server's answer");
}

}  // namespace dagy::cli
