#include "base/error.h"

#include <utility>

namespace dagy {

std::string_view Name(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidInput:
            return "invalid_input";
        case ErrorCode::kBadRequest:
            return "bad_request";
        case ErrorCode::kUnauthorized:
            return "unauthorized";
        case ErrorCode::kForbidden:
            return "forbidden";
        case ErrorCode::kNotFound:
            return "not_found";
        case ErrorCode::kConflict:
            return "conflict";
        case ErrorCode::kTooLarge:
            return "too_large";
        case ErrorCode::kRateLimited:
            return "rate_limited";
        case ErrorCode::kStorage:
            return "storage_failed";
        case ErrorCode::kStorageFull:
            return "storage_full";
        case ErrorCode::kUnavailable:
            return "unavailable";
        case ErrorCode::kLocked:
            return "data_folder_locked";
        case ErrorCode::kTimeout:
            return "timed_out";
        case ErrorCode::kInternal:
            return "internal";
    }
    return "internal";
}

Error::Error(ErrorCode code, std::string detail, std::string hint, std::string internal)
    : std::runtime_error(detail),
      code_(code),
      detail_(std::move(detail)),
      hint_(std::move(hint)),
      internal_(std::move(internal)) {}

}  // namespace dagy
