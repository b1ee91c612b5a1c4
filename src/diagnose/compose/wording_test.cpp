#include "diagnose/compose/wording.h"

#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

TEST(WordingTest, Durations) {
    EXPECT_EQ(SayDuration(0.02), "20 ms");
    EXPECT_EQ(SayDuration(0.5), "0.5 s");
    EXPECT_EQ(SayDuration(6), "6 s");
    EXPECT_EQ(SayDuration(59.7), "1 min");
    EXPECT_EQ(SayDuration(200), "3 min 20 s");
    EXPECT_EQ(SayDuration(7500), "2 h 5 min");
    EXPECT_EQ(SayDuration(86400 * 3 + 4 * 3600), "3 days 4 h");
}

TEST(WordingTest, Lists) {
    EXPECT_EQ(SayList({"a"}), "a");
    EXPECT_EQ(SayList({"a", "b", "c"}, "`"), "`a`, `b` and `c`");
    EXPECT_EQ(SayList({"a", "b", "c", "d"}, "", 2), "a, b and 2 more");
}

TEST(WordingTest, OneLineHasNoControlCharactersAndEndsAtACharacter) {
    EXPECT_EQ(OneLine("  a\n\tb\x1b[31m red\x1b[0m  "), "a b red");
    EXPECT_EQ(OneLine("äää", 3), "ä…");
}

TEST(WordingTest, ChangesShowOnlyWhatDiffers) {
    EXPECT_EQ(SayChange(json::object{{"host", "a"}, {"port", 1}}, json::object{{"host", "b"}, {"port", 1}}),
              "host a → b");
    EXPECT_EQ(SayChange("x", "y"), "x → y");
    EXPECT_EQ(SayChange(nullptr, "y"), "→ y");
}

}  // namespace
}  // namespace dagy::diagnose
