#include "net/percent.h"

#include <gtest/gtest.h>

#include "net/http.h"

namespace dagy::net {
namespace {

TEST(PercentTest, DecodesWhatItEncodes) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    EXPECT_EQ(PercentDecode(PercentEncode(all)), all);
    EXPECT_EQ(PercentEncode("a-b.c_d~ /+%ä"), "a-b.c_d~%20%2F%2B%25%C3%A4");
}

TEST(PercentTest, PlusIsASpaceInQueriesOnly) {
    EXPECT_EQ(PercentDecode("a+b", true), "a b");
    EXPECT_EQ(PercentDecode("a+b"), "a+b");
}

TEST(PercentTest, BadEscapesAreNothing) {
    for (const char* text : {"%", "%4", "%zz", "a%4g", "%%41"}) EXPECT_EQ(PercentDecode(text), std::nullopt) << text;
    EXPECT_EQ(ParseQuery("a=%"), std::nullopt);
    EXPECT_EQ(ParseQuery("%x=1"), std::nullopt);
}

TEST(PercentTest, QueriesKeepOrderAndRepetition) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(ParseQuery("b=1&a=2&b=3=4&&c&=x"), (Pairs{{"b", "1"}, {"a", "2"}, {"b", "3=4"}, {"c", ""}, {"", "x"}}));
    EXPECT_EQ(ParseQuery(""), Pairs{});
}

}  // namespace
}  // namespace dagy::net
