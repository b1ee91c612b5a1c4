#include "base/time.h"

#include <gtest/gtest.h>

namespace dagy {
namespace {

TEST(TimeTest, ReadsWhatAirflowWrites) {
    EXPECT_EQ(FormatTime(*ParseTime("2026-11-23T12:02:13.474041Z")), "2026-11-23T12:02:13.474041Z");
    EXPECT_EQ(FormatTime(*ParseTime("2026-05-13T02:00:00+02:00")), "2026-05-13T00:00:00.000000Z");
    EXPECT_EQ(FormatTime(*ParseTime("2025-01-26T20:24:41.254+0000")), "2025-01-26T20:24:41.254000Z");
    EXPECT_EQ(FormatTime(*ParseTime("2025-01-26 20:24:41,254")), "2025-01-26T20:24:41.254000Z");
    EXPECT_EQ(FormatTime(*ParseTime("2025-01-26T20:24:41.123456789Z")), "2025-01-26T20:24:41.123456Z");
}

TEST(TimeTest, RefusesWhatIsNoTime) {
    for (const char* text : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z",
                             "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+99:00"})
        EXPECT_FALSE(ParseTime(text)) << text;
    EXPECT_FALSE(ParseDate("2026-02-29"));
    EXPECT_TRUE(ParseDate("2024-02-29"));
}

}  // namespace
}  // namespace dagy
