#include "ingest/ndjson/wide_numbers.h"

#include <gtest/gtest.h>

namespace dagy::ingest::ndjson {
namespace {

TEST(WideNumbersTest, OnlyNumbersThatMayLoseDigitsAreLookedAt) {
    for (const char* text :
         {R"({"a":12.5,"b":-123456789012,"c":"2026-11-20T04:00:00Z"})", "1234567890123.25", "{}", ""})
        EXPECT_FALSE(MayLoseDigits(text)) << text;
    for (const char* text : {"12345678901234567890", "[0.12345678901234567]", "1e400", "-2E-400"})
        EXPECT_TRUE(MayLoseDigits(text)) << text;
}

TEST(WideNumbersTest, WideNumbersAreQuotedAndTextsAreLeftAlone) {
    EXPECT_EQ(QuoteWideNumbers(R"({"a":12345678901234567890,"b":[-1e400,7,-7.5],"c":"say \"12345678901234567890\""})"),
              R"({"a":"12345678901234567890","b":["-1e400",7,-7.5],"c":"say \"12345678901234567890\""})");
    EXPECT_EQ(QuoteWideNumbers("\"1e400\\"), "\"1e400\\");
}

}  // namespace
}  // namespace dagy::ingest::ndjson
