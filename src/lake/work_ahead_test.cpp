#include "lake/work_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace dagy::lake {
namespace {

using Ahead = WorkAhead<int>;

/// 0, 1, … `count` - 1, each of `bytes`.
Ahead::NextWork Counting(int count, int64_t bytes, std::function<void(int)> during = {}) {
    return [next = 0, count, bytes, during]() mutable -> std::optional<Ahead::Work> {
        if (next == count) return std::nullopt;
        const int number = next++;
        return Ahead::Work{bytes, [number, during] {
                               if (during) during(number);
                               return number;
                           }};
    };
}

std::vector<int> TakeAll(Ahead& ahead) {
    std::vector<int> taken;
    while (const int* front = ahead.Front()) {
        taken.push_back(*front);
        ahead.Pop();
    }
    return taken;
}

std::vector<int> UpTo(int count) {
    std::vector<int> numbers(static_cast<size_t>(count));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

TEST(WorkAheadTest, ResultsComeInOrderWhoeverMadeThem) {
    for (const bool helped : {false, true}) {
        ByteBudget budget(100);
        Ahead ahead(budget, Counting(2000, 1), helped, {});
        EXPECT_EQ(TakeAll(ahead), UpTo(2000));
        EXPECT_EQ(ahead.Front(), nullptr) << "the end stays the end";
    }
}

TEST(WorkAheadTest, TheHelperWorksBesideTheTaker) {
    ByteBudget budget(100);
    std::latch both(2);  // two pieces of work that wait for each other
    Ahead ahead(budget, Counting(3, 1, [&](int number) { number > 0 ? both.arrive_and_wait() : void(); }), true, {});
    EXPECT_EQ(TakeAll(ahead), UpTo(3));
}

TEST(WorkAheadTest, WithMemoryForOneResultTheyComeOneByOne) {
    ByteBudget budget(10);
    for (const int64_t bytes : {int64_t{10}, int64_t{1000}}) {
        Ahead ahead(budget, Counting(500, bytes), true, {});
        EXPECT_EQ(TakeAll(ahead), UpTo(500));
    }
    EXPECT_TRUE(budget.Try(10)) << "all was given back";
}

TEST(WorkAheadTest, ManyTakersShareMemoryThatIsEnoughForOne) {
    ByteBudget budget(10);
    std::vector<std::jthread> takers;
    std::atomic<int> right = 0;
    for (int i = 0; i < 6; ++i)
        takers.emplace_back([&] {
            Ahead ahead(budget, Counting(200, 7), true, {});
            right += TakeAll(ahead) == UpTo(200) ? 1 : 0;
        });
    takers.clear();
    EXPECT_EQ(right, 6);
}

TEST(WorkAheadTest, AFailureComesInItsTurn) {
    ByteBudget budget(100);
    const auto fail = [](int number) {
        if (number == 3) throw std::runtime_error("the fourth");
    };
    Ahead ahead(budget, Counting(10, 1, fail), true, {});
    for (int i = 0; i < 3; ++i, ahead.Pop()) EXPECT_EQ(*ahead.Front(), i);
    EXPECT_THROW(ahead.Front(), std::runtime_error);
}

TEST(WorkAheadTest, WhoLeavesEarlyLeavesNothingBehind) {
    ByteBudget budget(100);
    std::atomic<int> begun = 0;
    {
        Ahead ahead(budget, Counting(1000, 1, [&](int) { ++begun; }), true, {});
        for (int i = 0; i < 5; ++i, ahead.Pop()) EXPECT_EQ(*ahead.Front(), i);
    }
    EXPECT_LT(begun, 20) << "little is done ahead";
    EXPECT_TRUE(budget.Try(100));
}

TEST(WorkAheadTest, AStopEndsTheWaitForMemory) {
    ByteBudget budget(10);
    const ByteBudget::Share all = *budget.Try(10);
    std::stop_source stop;
    stop.request_stop();
    Ahead ahead(budget, Counting(3, 10), false, stop.get_token());
    EXPECT_EQ(*ahead.Front(), 0);
}

}  // namespace
}  // namespace dagy::lake
