#include "api/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace dagy::api {

double RateLimit::Filled(const Bucket& bucket, TimePoint now) const {
    const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.at).count());
    return std::min(static_cast<double>(options_.burst),
                    bucket.tokens + seconds * static_cast<double>(options_.per_minute) / 60.0);
}

void RateLimit::Forget(TimePoint now) {
    // A full bucket is the same as none. Should that not be enough, everybody starts anew: memory matters more than one
    // lost minute.
    std::erase_if(buckets_,
                  [&](const auto& entry) { return Filled(entry.second, now) >= static_cast<double>(options_.burst); });
    if (buckets_.size() >= options_.buckets_max) buckets_.clear();
}

RateLimit::Verdict RateLimit::Take(const std::string& who, TimePoint now) {
    if (!on()) return {};
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= options_.buckets_max && !buckets_.contains(who)) Forget(now);
    Bucket& bucket = buckets_.try_emplace(who, Bucket{static_cast<double>(options_.burst), now}).first->second;
    bucket.tokens = Filled(bucket, now);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return {.allowed = true, .remaining = static_cast<int64_t>(bucket.tokens)};
    }
    const double wait_s = (1 - bucket.tokens) * 60.0 / static_cast<double>(options_.per_minute);
    return {.allowed = false,
            .remaining = 0,
            .retry_after_s = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(wait_s)))};
}

}  // namespace dagy::api
