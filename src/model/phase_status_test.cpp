#include "model/phase_status.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dagy::model {
namespace {

TEST(PhaseStatusTest, NamesComeBack) {
    for (const char* name : {"missing", "success", "running", "error"}) EXPECT_EQ(Name(*ParsePhaseStatus(name)), name);
    for (const EtlPhase phase : kEtlPhases) EXPECT_EQ(ParseEtlPhase(Name(phase)), phase);
    EXPECT_FALSE(ParsePhaseStatus("all"));
    EXPECT_FALSE(ParseEtlPhase("Load"));
}

TEST(PhaseStatusTest, OfSeveralTasksTheWorstCounts) {
    EXPECT_EQ(std::max(StatusOf(AttemptState::kSkipped), StatusOf(AttemptState::kQueued)), PhaseStatus::kSuccess);
    EXPECT_EQ(std::max(StatusOf(AttemptState::kSucceeded), StatusOf(AttemptState::kRunning)), PhaseStatus::kRunning);
    EXPECT_EQ(std::max(StatusOf(AttemptState::kRunning), StatusOf(AttemptState::kUpstreamFailed)), PhaseStatus::kError);
}

}  // namespace
}  // namespace dagy::model
