#include "diagnose/knowledge_literals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> LiteralsOf(std::string_view regex) {
    const auto alternatives = SplitAlternatives(regex);
    return alternatives.size() == 1 ? alternatives.front().literals : std::vector<std::string>{"not one alternative"};
}

TEST(LiteralsTest, SplitsOnlyAtTheTop) {
    const auto alternatives = SplitAlternatives("one(?:a|b) thing|other[|]way|x\\|y z");
    ASSERT_EQ(alternatives.size(), 3u);
    EXPECT_EQ(alternatives[0].regex, "one(?:a|b) thing");
    EXPECT_EQ(alternatives[1].regex, "other[|]way");
    EXPECT_EQ(alternatives[2].regex, "x\\|y z");
}

TEST(LiteralsTest, TakesTheLongestRunThatMustStand) {
    EXPECT_THAT(LiteralsOf("Failed to resolve '\\w+'"), ElementsAre("failed to reso"));
    EXPECT_THAT(LiteralsOf("abcd?efghi"), ElementsAre("efghi"));
    EXPECT_THAT(LiteralsOf("abcde+f"), ElementsAre("abcde"));
    EXPECT_THAT(LiteralsOf("\\berror\\b code \\d"), ElementsAre("error code "));
    EXPECT_THAT(LiteralsOf("(?:optional words)?sure"), ElementsAre("sure"));
}

TEST(LiteralsTest, TakesOneOfEachGroupMember) {
    EXPECT_THAT(LiteralsOf("\\d+ (?:Bad Request|Forbidden)"), UnorderedElementsAre("bad request", "forbidden"));
    EXPECT_THAT(LiteralsOf("[0-9]+ (?:\\d|ab)"), IsEmpty());
}

TEST(LiteralMatcherTest, FindsOverlappingLiteralsOfAnyCase) {
    const LiteralMatcher matcher({"she", "hers", "he", "no such"});
    std::vector<uint32_t> ids;
    matcher.Find("uSHErs say: No Such thing", ids);
    EXPECT_THAT(ids, UnorderedElementsAre(0, 1, 2, 3));
    ids.clear();
    matcher.Find("nothing, no suc h \xff\xfe", ids);
    EXPECT_THAT(ids, IsEmpty());
}

}  // namespace
}  // namespace dagy::diagnose
