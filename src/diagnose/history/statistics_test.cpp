#include "diagnose/history/statistics.h"

#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

TEST(StatisticsTest, PercentileTakesTheNearestRank) {
    const std::vector<double> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    EXPECT_EQ(Percentile(values, 50), 5);
    EXPECT_EQ(Percentile(values, 95), 10);
    EXPECT_EQ(Percentile({7}, 1), 7);
}

// Fisher's own tea: three of four cups right is 17 of 70 ways.
TEST(StatisticsTest, FisherTastesTea) {
    EXPECT_NEAR(FisherRight(3, 1, 1, 3), 17.0 / 70, 1e-12);
    EXPECT_NEAR(FisherRight(4, 0, 0, 4), 1.0 / 70, 1e-12);
    EXPECT_NEAR(FisherRight(0, 4, 4, 0), 1, 1e-12);
}

TEST(StatisticsTest, PettittFindsAStepAndNoStepInNoise) {
    std::vector<double> step(20, 1.0);
    for (size_t at = 12; at < 20; ++at) step[at] = 5 + static_cast<double>(at % 2);
    const auto point = FindChangePoint(step);
    ASSERT_TRUE(point);
    EXPECT_EQ(point->first_after, 12u);
    EXPECT_LT(point->p, 0.01);
    EXPECT_FALSE(FindChangePoint(std::vector<double>(13, 1.0)));
    std::vector<double> saw;
    for (int at = 0; at < 40; ++at) saw.push_back(at % 2);
    EXPECT_GT(FindChangePoint(saw)->p, 0.5);
    EXPECT_FALSE(FindChangePoint(std::vector<double>(20, 1.0)));
}

TEST(StatisticsTest, TrendIsMannKendall) {
    EXPECT_EQ(Trend({1, 2, 3, 4, 5, 6, 7, 8}), 1);
    EXPECT_EQ(Trend({8, 7, 6, 5, 4, 3, 2, 1}), -1);
    EXPECT_EQ(Trend({1, 2, 1, 2, 1, 2, 1, 2}), 0);
    EXPECT_EQ(Trend({1, 2, 3}), 0);
}

}  // namespace
}  // namespace dagy::diagnose
