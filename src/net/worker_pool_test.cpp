#include "net/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace dagy::net {
namespace {

TEST(WorkerPoolTest, RunsWhatItTook) {
    WorkerPool pool(3, 100);
    std::latch done(100);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.TrySubmit([&done] { done.count_down(); }));
    done.wait();
}

TEST(WorkerPoolTest, RefusesMoreThanTheQueueHoldsAndDropsItOnStop) {
    WorkerPool pool(1, 2);
    std::latch entered(1);
    std::latch release(1);
    std::atomic<int> ran{0};
    ASSERT_TRUE(pool.TrySubmit([&] {
        entered.count_down();
        release.wait();
    }));
    entered.wait();
    EXPECT_TRUE(pool.TrySubmit([&ran] { ++ran; }));
    EXPECT_TRUE(pool.TrySubmit([&ran] { ++ran; }));
    EXPECT_FALSE(pool.TrySubmit([&ran] { ++ran; }));
    // Stop drops what waits before it waits for what runs, and dropping a job lets go of what it holds.
    auto held = std::make_shared<int>();
    const std::weak_ptr<int> seen = held;
    release.count_down();
    pool.Stop();
    EXPECT_LE(ran, 2);
    EXPECT_FALSE(pool.TrySubmit([held = std::move(held)] {}));
    EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace dagy::net
