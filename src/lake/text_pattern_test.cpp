#include "lake/text_pattern.h"

#include <gtest/gtest.h>

#include "lake/utf8.h"

namespace dagy::lake {
namespace {

bool In(std::string_view keyword, std::string_view text) {
    return TextPattern(keyword).In(text);
}

TEST(TextPatternTest, FoldsCaseOfAscii) {
    EXPECT_TRUE(In("TimeOut", "read TIMEOUT after 3 s"));
    EXPECT_TRUE(In("s", "S"));
    EXPECT_FALSE(In("timeout", "time out"));
    EXPECT_FALSE(In("aab", "aa"));
}

TEST(TextPatternTest, FindsAtEveryPlace) {
    const std::string text = "abracadabra abrakadabra";
    for (size_t at = 0; at < text.size(); ++at)
        for (size_t length = 1; at + length <= text.size(); ++length)
            EXPECT_TRUE(In(text.substr(at, length), text)) << at << '+' << length;
    EXPECT_FALSE(In("abracadabrab", text));
}

TEST(TextPatternTest, NoCharacterIsSpecial) {
    EXPECT_TRUE(In("100%", "done: 100% of it"));
    EXPECT_FALSE(In("100%", "done: 100 of it"));
    EXPECT_TRUE(In("a_b", "A_B"));
    EXPECT_FALSE(In("a_b", "aXb"));
    EXPECT_TRUE(In("[x]*(", "y[X]*("));
}

TEST(TextPatternTest, FoldsCaseOfOtherLetters) {
    EXPECT_TRUE(In("ÜBERLAUF", "Puffer-überlauf"));
    EXPECT_TRUE(In("ΟΔΟΣ", "οδος"));
    EXPECT_TRUE(In("привет", "ПРИВЕТ, мир"));
    EXPECT_FALSE(In("é", "e"));
    EXPECT_TRUE(In("🔥", "on 🔥 now"));
}

TEST(TextPatternTest, EmptyIsInEverythingAndLongerThanTheTextInNothing) {
    EXPECT_TRUE(In("", ""));
    EXPECT_TRUE(In("", "x"));
    EXPECT_FALSE(In(std::string(1000, 'a'), std::string(999, 'a')));
    EXPECT_TRUE(In(std::string(1000, 'a'), "b" + std::string(1000, 'A') + "b"));
}

TEST(TextPatternTest, HoldsOutBytesThatAreNoText) {
    EXPECT_TRUE(In(std::string_view("a\0b", 3), std::string_view("xxA\0Bxx", 7)));
    EXPECT_TRUE(In("é", "\xff\xfe É"));
}

TEST(Utf8Test, RepairsEveryBadByte) {
    EXPECT_EQ(RepairUtf8("a\xff\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(RepairUtf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
    EXPECT_EQ(RepairUtf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
    EXPECT_EQ(RepairUtf8("ü 🔥"), "ü 🔥");
    EXPECT_FALSE(IsUtf8("12345678\xff"));
    EXPECT_TRUE(IsUtf8("12345678 über 🔥"));
}

}  // namespace
}  // namespace dagy::lake
