/// A token bucket per key or address.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace dagy::api {

struct RateLimitOptions {
    int64_t per_minute = 120;  ///< sustained; 0: no limit at all
    int64_t burst = 200;
    size_t buckets_max = 100000;
};

/// Thread-safe. Memory is bounded: with too many buckets the full ones are forgotten, and if that does not help, all.
class RateLimit {
  public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Verdict {
        bool allowed = true;
        int64_t remaining = 0;
        int64_t retry_after_s = 0;
    };

    explicit RateLimit(RateLimitOptions options) : options_(options) {}

    bool on() const { return options_.per_minute > 0; }
    int64_t per_minute() const { return options_.per_minute; }

    /// Takes one token of `who`, if there is one.
    Verdict Take(const std::string& who, TimePoint now);

  private:
    struct Bucket {
        double tokens = 0;
        TimePoint at{};
    };

    double Filled(const Bucket& bucket, TimePoint now) const;
    void Forget(TimePoint now);

    RateLimitOptions options_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace dagy::api
