#include "base/exact_json.h"

#include <gtest/gtest.h>

#include <string>

namespace dagy {
namespace {

std::string Again(const std::string& text) {
    boost::system::error_code failed;
    const json::value value = ParseExact(text, failed);
    EXPECT_FALSE(failed) << text << ": " << failed.message();
    return SerializeExact(value);
}

TEST(ExactJsonTest, EveryDigitComesBack) {
    for (const char* number : {"12345678901234567890.1200", "-0.10000000000000000000000001", "18446744073709551616",
                               "-9223372036854775809", "99999999999999999999999999999999999999", "1234567890123456.789",
                               "1e400", "1E-400", "0.12345678901234567890e3", "10000000000000000000000000",
                               "123456789012345678901234567890123456789012345678901234567890.5"}) {
        EXPECT_EQ(Again(number), number);
        EXPECT_EQ(Again(std::string("{\"a\":[") + number + ",1]}"), std::string("{\"a\":[") + number + ",1]}");
        boost::system::error_code failed;
        EXPECT_EQ(ExactText(ParseExact(number, failed)), number);
    }
}

TEST(ExactJsonTest, WhatAJsonValueHoldsStaysWhatItIs) {
    boost::system::error_code failed;
    EXPECT_TRUE(ParseExact("9223372036854775807", failed).is_int64());
    EXPECT_TRUE(ParseExact("18446744073709551615", failed).is_uint64());
    for (const char* number : {"0.1", "2.50", "1e25", "-1.7976931348623157e308", "0.0", "0e5", "5e-324",
                               "123456789.125", "0.30000000000000004", "1.0000000000000000000000000"}) {
        const json::value value = ParseExact(number, failed);
        ASSERT_FALSE(failed);
        EXPECT_TRUE(value.is_double()) << number;
        EXPECT_EQ(value, json::parse(number)) << number;
    }
    EXPECT_EQ(ParseExact(R"({"a":[1,"x",null,true,{}],"b":"\u0000#"})", failed),
              json::parse(R"({"a":[1,"x",null,true,{}],"b":"\u0000#"})"));
}

TEST(ExactJsonTest, EverythingElseIsWrittenAsItIsRead) {
    for (const char* text : {R"("\b\f\n\r\t\"\\/\u0000\u001f é")", R"({"{\"":"\u0000#","":[[],{}]})",
                             "[null,true,false,-1,18446744073709551615]", "12.5", "0.1", "-2.0", "5e-324", "1e+25"})
        EXPECT_EQ(Again(text), text);
    EXPECT_TRUE(HasExactMember(json::parse(R"({"a":[{"\u0000#":"1]"}]})")));
    EXPECT_FALSE(HasExactMember(json::parse(R"({"a":[{"#":"\u0000#"}]})")));
}

TEST(ExactJsonTest, WhatIsNoJsonIsNot) {
    for (const char* text : {"", "1.2.3", "{", "[1,]", "1 2", "01", "nul", "{\"a\":1}}"}) {
        boost::system::error_code failed;
        ParseExact(text, failed);
        EXPECT_TRUE(failed) << text;
    }
}

}  // namespace
}  // namespace dagy
