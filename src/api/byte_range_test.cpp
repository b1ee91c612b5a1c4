#include "api/byte_range.h"

#include <gtest/gtest.h>

#include <string>

namespace dagy::api {
namespace {

/// "first+count" of an object of 100 bytes, "whole" or "none".
std::string Of(std::optional<std::string_view> header, int64_t bytes = 100) {
    ByteRange range;
    switch (FitRange(header, bytes, range)) {
        case RangeFit::kWhole:
            return "whole";
        case RangeFit::kNone:
            return "none";
        case RangeFit::kPart:
            return std::to_string(range.first) + "+" + std::to_string(range.count);
    }
    return {};
}

TEST(ByteRangeTest, OneRange) {
    EXPECT_EQ(Of("bytes=0-0"), "0+1");
    EXPECT_EQ(Of("bytes=10-19"), "10+10");
    EXPECT_EQ(Of("bytes=90-"), "90+10");
    EXPECT_EQ(Of("bytes=90-1000"), "90+10");
    EXPECT_EQ(Of("bytes=-8"), "92+8");
    EXPECT_EQ(Of("bytes=-1000"), "0+100");
    EXPECT_EQ(Of("bytes=99999999999999999999-"), "none");
    EXPECT_EQ(Of("bytes=0-99999999999999999999"), "0+100");
}

TEST(ByteRangeTest, NothingInIt) {
    EXPECT_EQ(Of("bytes=100-"), "none");
    EXPECT_EQ(Of("bytes=-0"), "none");
    EXPECT_EQ(Of("bytes=0-", 0), "none");
    EXPECT_EQ(Of("bytes=-5", 0), "none");
}

TEST(ByteRangeTest, WhatIsNoRangeIsPassedOver) {
    for (const char* header : {"", "bytes=", "bytes=-", "bytes=a-b", "bytes=5", "bytes=9-3", "bytes=0-1,3-4",
                               "rows=0-1", "bytes=--5", "bytes=+1-2", "bytes= 1-2"}) {
        EXPECT_EQ(Of(header), "whole") << header;
    }
    EXPECT_EQ(Of(std::nullopt), "whole");
}

}  // namespace
}  // namespace dagy::api
