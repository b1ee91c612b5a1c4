#include "store/similar.h"

#include <gmock/gmock.h>

namespace dagy::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SimilarTest, NearestFirstThenPrefixThenPart) {
    EXPECT_THAT(Similar("sale_daily", {"inventory", "sales_daily", "sale_dally", "sales"}),
                ElementsAre("sales_daily", "sale_dally"));
    EXPECT_THAT(Similar("sales", {"etl_sales_daily_eu", "sales_daily_eu_full"}),
                ElementsAre("sales_daily_eu_full", "etl_sales_daily_eu"));
    EXPECT_THAT(Similar("SALES", {"sales"}), ElementsAre("sales"));
}

TEST(SimilarTest, NothingIsBetterThanNonsense) {
    EXPECT_THAT(Similar("sales", {"inventory", "hr"}), IsEmpty());
    EXPECT_THAT(Similar("", {"a_long_name"}), IsEmpty());
    EXPECT_THAT(Similar("sales", {}), IsEmpty());
}

TEST(SimilarTest, AtMostThree) {
    EXPECT_EQ(Similar("run1", {"run2", "run3", "run4", "run5"}).size(), 3u);
}

}  // namespace
}  // namespace dagy::store
