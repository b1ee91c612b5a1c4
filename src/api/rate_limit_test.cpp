#include "api/rate_limit.h"

#include <gtest/gtest.h>

namespace dagy::api {
namespace {

using std::chrono::milliseconds;

TEST(RateLimitTest, BurstThenTheSustainedRate) {
    RateLimit limit({.per_minute = 60, .burst = 5});
    RateLimit::TimePoint now{};
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(limit.Take("a", now).allowed);
    const auto refused = limit.Take("a", now);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_after_s, 1);
    EXPECT_FALSE(limit.Take("a", now + milliseconds(900)).allowed);
    EXPECT_TRUE(limit.Take("a", now + milliseconds(1100)).allowed);
    EXPECT_TRUE(limit.Take("b", now).allowed);
}

TEST(RateLimitTest, NeverMoreThanTheBurstAfterAPause) {
    RateLimit limit({.per_minute = 60, .burst = 2});
    RateLimit::TimePoint now{};
    limit.Take("a", now);
    now += std::chrono::hours(1);
    EXPECT_EQ(limit.Take("a", now).remaining, 1);
}

TEST(RateLimitTest, ZeroIsOff) {
    RateLimit limit({.per_minute = 0, .burst = 0});
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limit.Take("a", {}).allowed);
}

TEST(RateLimitTest, ManyAddressesDoNotFillTheMemory) {
    RateLimit limit({.per_minute = 1, .burst = 1, .buckets_max = 100});
    for (int i = 0; i < 10000; ++i) EXPECT_TRUE(limit.Take(std::to_string(i), {}).allowed);
}

}  // namespace
}  // namespace dagy::api
