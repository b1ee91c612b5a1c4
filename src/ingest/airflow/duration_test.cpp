#include "ingest/airflow/duration.h"

#include <gtest/gtest.h>

namespace dagy::ingest::airflow {
namespace {

std::optional<double> Seconds(std::string_view text) {
    const json::value value = json::parse(text);
    return DurationSeconds(&value);
}

TEST(DurationTest, EveryFormOfAirflow) {
    EXPECT_EQ(Seconds(R"("PT12S")"), 12);
    EXPECT_EQ(Seconds(R"("P1DT2H3M4.5S")"), 93784.5);
    EXPECT_EQ(Seconds(R"("-PT1M")"), -60);
    EXPECT_EQ(Seconds(R"("P2W")"), 1209600);
    EXPECT_EQ(Seconds(R"({"__type":"TimeDelta","days":1,"seconds":300,"microseconds":500000})"), 86700.5);
    EXPECT_EQ(Seconds(R"("1 day, 0:05:00")"), 86700);
    EXPECT_EQ(Seconds(R"("0:05:00.5")"), 300.5);
    EXPECT_EQ(Seconds("30"), 30);
}

TEST(DurationTest, AnythingElseIsNothing) {
    for (const std::string_view text : {"null", R"("")", R"("PT")", R"("P1Y")", R"("P1M")", R"("PT5")", R"("soon")",
                                        "[]", "{}", R"("1:2")", R"("1:2:3x")"})
        EXPECT_EQ(Seconds(text), std::nullopt) << text;
    EXPECT_EQ(DurationSeconds(nullptr), std::nullopt);
}

}  // namespace
}  // namespace dagy::ingest::airflow
