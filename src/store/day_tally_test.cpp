#include "store/day_tally.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace dagy::store {
namespace {

RunSample RunOf(std::string id, model::RunState state, int64_t micros) {
    return {.run_id = std::move(id), .state = state, .started_at = FromMicros(5), .ended_at = FromMicros(5 + micros)};
}

AttemptSample AttemptOf(std::string task, model::AttemptState state, int64_t micros, int attempt = 1) {
    return {.task_id = std::move(task),
            .attempt = attempt,
            .state = state,
            .started_at = FromMicros(9),
            .ended_at = FromMicros(9 + micros)};
}

DayTally Day() {
    using enum model::RunState;
    DayTallier tallier;
    tallier.Add(RunOf("a", kSucceeded, 3'000'000'000));
    tallier.Add(RunOf("b", kFailed, 1));
    tallier.Add(RunOf("c", kSucceeded, 0));
    tallier.Add(RunOf("é", kFailed, 1));
    tallier.Add(RunOf("backwards", kSucceeded, -1));
    tallier.Add(RunOf("q", kQueued, 0));
    tallier.Add(RunOf("x", kCancelled, 0));
    tallier.Add(AttemptOf("t2", model::AttemptState::kSkipped, 7));
    tallier.Add(AttemptOf("t1", model::AttemptState::kTimedOut, 7));
    tallier.Add(AttemptOf("t1", model::AttemptState::kSucceeded, 90, 2));
    tallier.Add(AttemptOf("t1", model::AttemptState::kSucceeded, 7, 3));
    return tallier.Take("2026-11-01");
}

TEST(DayTallyTest, CountsWhatBegan) {
    const DayTally day = Day();
    EXPECT_EQ(day.runs(), 7);
    EXPECT_THAT(day.micros, ::testing::ElementsAre(0, 3'000'000'000)) << "nothing lasts less than no time";
    EXPECT_THAT(day.failed_runs, ::testing::ElementsAre("b", "é"));
    ASSERT_EQ(day.tasks.size(), 2u);
    EXPECT_EQ(day.tasks[0], (TaskTally{"t1", 3, 2, 1, 2, {7, 90}}));
    EXPECT_EQ(day.tasks[1], (TaskTally{"t2", 0, 0, 0, 0, {}})) << "known, but it never began";
}

TEST(DayTallyTest, ComesBackAsItWas) {
    EXPECT_EQ(DecodeTally(EncodeTally(Day()), "2026-11-01"), Day());
    EXPECT_EQ(DecodeTally(EncodeTally({}), "d"), DayTally{.date = "d"});
}

TEST(DayTallyTest, DamageIsSaid) {
    const std::string bytes = EncodeTally(Day());
    for (size_t size = 0; size < bytes.size(); ++size)
        EXPECT_THROW(DecodeTally(std::string_view(bytes).substr(0, size), ""), Error) << size;
    EXPECT_THROW(DecodeTally(bytes + "x", ""), Error);
    EXPECT_THROW(DecodeTally(std::string(40, '\xff'), ""), Error);
}

}  // namespace
}  // namespace dagy::store
