#include "model/run.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dagy::model {
namespace {

Time At(const char* text) {
    return *ParseTime(text);
}

TEST(RunTest, PartitionDateIsOfTheLogicalDate) {
    model::Run run;
    EXPECT_EQ(run.PartitionDate(), "1970-01-01");
    run.started_at = At("2026-01-02T00:30:00+01:00");
    EXPECT_EQ(run.PartitionDate(), "2026-01-01");
    run.logical_date = At("2025-12-31T00:00:00Z");
    EXPECT_EQ(run.PartitionDate(), "2025-12-31");
}

TEST(RunTest, EventsInAnyOrderLeaveTheSameAttempt) {
    TaskAttempt queued, running, failed;
    queued.state = AttemptState::kQueued;
    running.state = AttemptState::kRunning;
    running.started_at = At("2026-01-01T00:00:01Z");
    failed.state = AttemptState::kFailed;
    failed.ended_at = At("2026-01-01T00:00:09Z");
    failed.exit_code = 3;
    std::vector<const TaskAttempt*> events{&queued, &running, &failed, &running, &failed};
    std::sort(events.begin(), events.end());
    do {
        TaskAttempt stored;
        for (const TaskAttempt* event : events) Merge(stored, *event);
        EXPECT_EQ(stored.state, AttemptState::kFailed);
        EXPECT_EQ(stored.started_at, running.started_at);
        EXPECT_EQ(stored.ended_at, failed.ended_at);
        EXPECT_EQ(stored.exit_code, 3);
    } while (std::next_permutation(events.begin(), events.end()));
}

TEST(RunTest, ALaterSnapshotMayReopenARun) {
    model::Run stored;
    stored.state = RunState::kFailed;
    stored.ended_at = At("2026-01-01T00:00:00Z");
    stored.observed_at = At("2026-01-01T01:00:00Z");
    model::Run cleared;
    cleared.state = RunState::kRunning;
    cleared.observed_at = At("2026-01-01T02:00:00Z");
    model::Run late = stored;
    EXPECT_TRUE(Merge(stored, cleared));
    EXPECT_EQ(stored.state, RunState::kRunning);
    EXPECT_FALSE(stored.ended_at);
    EXPECT_FALSE(Merge(stored, late)) << "an earlier snapshot says nothing";
    EXPECT_FALSE(Merge(stored, cleared)) << "the same snapshot twice changes nothing";
}

}  // namespace
}  // namespace dagy::model
