#include "model/states.h"

#include <gtest/gtest.h>

namespace dagy::model {
namespace {

TEST(StatesTest, NamesAndWordsAgree) {
    for (const char* name :
         {"QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "SKIPPED", "TIMED_OUT", "CANCELLED", "UPSTREAM_FAILED"})
        EXPECT_EQ(Name(*ParseAttemptState(name)), name);
    EXPECT_FALSE(ParseRunState("SKIPPED"));
    EXPECT_EQ(Name(*ParseDiagnosisState("timed_out")), "timed_out");
}

TEST(StatesTest, NoWayOutOfAnEnd) {
    EXPECT_TRUE(CanMove(RunState::kQueued, RunState::kFailed));
    EXPECT_FALSE(CanMove(RunState::kFailed, RunState::kRunning));
    EXPECT_FALSE(CanMove(AttemptState::kRunning, AttemptState::kQueued));
    EXPECT_FALSE(CanMove(DiagnosisState::kCompleted, DiagnosisState::kRunning));
    EXPECT_TRUE(CanMove(DiagnosisState::kRunning, DiagnosisState::kTimedOut));
}

TEST(StatesTest, ReadsEveryWordOfAirflow) {
    EXPECT_EQ(AttemptStateFromAirflow("up_for_retry"), AttemptState::kFailed);
    EXPECT_EQ(AttemptStateFromAirflow("deferred"), AttemptState::kRunning);
    EXPECT_EQ(AttemptStateFromAirflow(""), AttemptState::kQueued);
    EXPECT_FALSE(AttemptStateFromAirflow("exploded"));
}

}  // namespace
}  // namespace dagy::model
