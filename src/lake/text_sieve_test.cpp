#include "lake/text_sieve.h"

#include <gtest/gtest.h>

namespace dagy::lake {
namespace {

int PassedUntilWorthIt(SieveLuck& luck) {
    int passed = 0;
    while (!luck.WorthIt()) ++passed;
    return passed;
}

TEST(SieveLuckTest, HopelessChunksMakeLooksRareButNeverEndThem) {
    SieveLuck luck;
    EXPECT_EQ(PassedUntilWorthIt(luck), 0);
    for (const int passed : {1, 3, 7, 7}) {
        luck.Learn(true);
        EXPECT_EQ(PassedUntilWorthIt(luck), passed);
    }
    luck.Learn(false);
    EXPECT_EQ(PassedUntilWorthIt(luck), 0);
    luck.Learn(true);
    EXPECT_EQ(PassedUntilWorthIt(luck), 1);
}

}  // namespace
}  // namespace dagy::lake
