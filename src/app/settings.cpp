#include "app/settings.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "base/error.h"

namespace dagy::app {

std::string Text(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? std::string() : std::string(text);
}

int64_t WholeNumber(const char* name, int64_t otherwise, int64_t least, int64_t most) {
    const std::string text = Text(name);
    if (text.empty()) return otherwise;
    int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [at, failed] = std::from_chars(text.data(), end, value);
    if (failed != std::errc{} || at != end || value < least || value > most)
        throw Error(ErrorCode::kInvalidInput,
                    fmt::format("{} is '{}', it must be a whole number from {} to {}", name, text, least, most));
    return value;
}

api::ApiOptions ReadApiOptions() {
    api::ApiOptions options;
    options.search_days_max = static_cast<int>(WholeNumber("DAGY_SEARCH_MAX_DAYS", 7, 1, 36500));
    options.search.time = std::chrono::seconds(WholeNumber("DAGY_SEARCH_TIMEOUT_SECONDS", 30, 1, 3600));
    options.retention_days = WholeNumber("DAGY_RETENTION_DAYS", 0, 0, 36500);
    options.rate.per_minute = WholeNumber("DAGY_RATE_LIMIT_PER_MINUTE", 120, 0, 1'000'000);
    options.rate.burst = WholeNumber("DAGY_RATE_LIMIT_BURST", 200, 1, 1'000'000);
    options.sign_in.access_token_ttl =
        std::chrono::seconds(WholeNumber("DAGY_ACCESS_TOKEN_TTL_SECONDS", 86400, 1, 31'536'000));
    const auto streams = [](const char* name, size_t otherwise) {
        return static_cast<size_t>(WholeNumber(name, static_cast<int64_t>(otherwise), 1, 1'000'000));
    };
    options.streams.streams_each_max = streams("DAGY_STREAMS_PER_IDENTITY_MAX", options.streams.streams_each_max);
    options.streams.streams_max = streams("DAGY_STREAMS_MAX", options.streams.streams_max);
    return options;
}

diagnose::ServiceLimits ReadServiceLimits() {
    diagnose::ServiceLimits limits;
    limits.threads = static_cast<size_t>(WholeNumber("DAGY_DIAGNOSIS_THREADS", 2, 1, 64));
    limits.time_limit = std::chrono::seconds(WholeNumber("DAGY_DIAGNOSIS_TIMEOUT_SECONDS", 120, 1, 86'400));
    return limits;
}

}  // namespace dagy::app
