#include "api/together.h"

#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>
#include <stdexcept>
#include <string>

namespace dagy::api {
namespace {

TEST(TogetherTest, BothRunAtTheSameTime) {
    std::binary_semaphore first_runs(0), second_runs(0);
    const auto meets = [](std::binary_semaphore& me, std::binary_semaphore& other) {
        me.release();
        return other.try_acquire_for(std::chrono::seconds(10));
    };
    const auto [first, second] =
        Together([&] { return meets(first_runs, second_runs); }, [&] { return meets(second_runs, first_runs); });
    EXPECT_TRUE(first && second) << "one waited for the other to end";
}

TEST(TogetherTest, WhatEitherThrowsIsThrown) {
    const auto fails = []() -> int { throw std::runtime_error("no"); };
    const auto works = [] { return 1; };
    EXPECT_THROW(Together(fails, works), std::runtime_error);
    EXPECT_THROW(Together(works, fails), std::runtime_error);
}

}  // namespace
}  // namespace dagy::api
