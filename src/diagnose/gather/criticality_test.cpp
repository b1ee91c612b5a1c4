#include "diagnose/gather/criticality.h"

#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

std::string Of(json::array tags, const std::string& deployment = "normal") {
    model::DagVersion dag;
    dag.extras["tags"] = std::move(tags);
    return CriticalityOf(dag, deployment);
}

TEST(CriticalityTest, TagsOfTheDagGoBeforeItsDeployment) {
    EXPECT_EQ(Of({json::object{{"name", "hr"}}, json::object{{"name", "Tier-1"}}}), "critical");
    EXPECT_EQ(Of({"business-critical"}), "critical");
    EXPECT_EQ(Of({"sandbox"}, "high"), "low");
    EXPECT_EQ(Of({"sandbox", "p1"}), "critical");
}

TEST(CriticalityTest, WithoutSuchATagTheDeploymentIsWhatCounts) {
    EXPECT_EQ(Of({"hr", "critical-mass", "tier"}), "normal");
    EXPECT_EQ(Of({}, "high"), "critical");
    EXPECT_EQ(Of({}, "low"), "low");
    EXPECT_EQ(CriticalityOf({}, "normal"), "normal");
}

}  // namespace
}  // namespace dagy::diagnose
