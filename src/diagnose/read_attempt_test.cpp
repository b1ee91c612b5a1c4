#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "diagnose/read.h"

namespace dagy::diagnose {
namespace {

/// A log of so many rows, of which one near the middle says why.
class LongLog final : public LogSource {
  public:
    explicit LongLog(int64_t rows) : rows_(rows) {}

    void ReadLogs(const model::PhaseRef&, int64_t first, int64_t rows,
                  const std::function<bool(std::span<const model::LogRow>)>& take) override {
        model::LogRow row{.level = model::Level::kInfo, .logger = "etl", .message = "row read"};
        for (row.row = first; row.row < std::min(first + rows, rows_); ++row.row) {
            ++handed;
            model::LogRow said = row;
            if (row.row == rows_ * 2 / 5)
                said = {
                    .row = row.row, .level = model::Level::kError, .logger = "etl", .message = "disk quota exceeded"};
            if (!take(std::span(&said, 1))) return;
        }
    }
    void ReadErrors(const model::PhaseRef&, const std::function<bool(std::span<const model::ErrorRow>)>&) override {}
    void ReadData(const model::PhaseRef&, const std::function<bool(std::span<const model::DataRow>)>&) override {}
    int64_t LogCount(const model::PhaseRef&) override { return rows_; }

    int64_t handed = 0;

  private:
    int64_t rows_;
};

Reading Read(LongLog& log, ReadBounds& bounds) {
    RunFile run;
    run.run.key = 1;
    model::TaskAttempt attempt;
    attempt.task_id = "load";
    return ReadAttempt(Knowledge::Builtin(), log, run, attempt, bounds);
}

bool Says(const Reading& reading, std::string_view words) {
    return std::ranges::any_of(reading.signals, [&](const Signal& signal) { return signal.text == words; });
}

TEST(ReadAttemptTest, ALogWithinTheBoundsIsReadWhole) {
    LongLog log(30'000);
    ReadBounds bounds{.whole_rows_max = 30'000, .rows_left = 70'000};
    const Reading reading = Read(log, bounds);
    EXPECT_TRUE(reading.complete);
    EXPECT_EQ(reading.rows, 30'000);
    EXPECT_TRUE(Says(reading, "disk quota exceeded"));
    EXPECT_EQ(bounds.rows_left, 40'000);
}

TEST(ReadAttemptTest, OfALongerOneTheEndsAreRead) {
    LongLog log(1'500'000);
    ReadBounds bounds{.whole_rows_max = 1'400'000, .rows_left = 16'000'000};
    const Reading reading = Read(log, bounds);
    EXPECT_FALSE(reading.complete);
    EXPECT_EQ(reading.rows, 1'200'000);
    EXPECT_EQ(reading.skipped_rows, 300'000);
}

TEST(ReadAttemptTest, WhatOneDiagnosisReadsIsBounded) {
    LongLog log(100'000);
    ReadBounds bounds{.rows_left = 150'000};
    EXPECT_TRUE(Read(log, bounds).complete);
    const Reading second = Read(log, bounds);
    EXPECT_EQ(second.rows, 60'000);
    EXPECT_EQ(second.skipped_rows, 40'000);
    EXPECT_FALSE(Says(second, "disk quota exceeded")) << "it stands between the ends";
    EXPECT_EQ(bounds.rows_left, 0);
    LongLog small(500);
    EXPECT_TRUE(Read(small, bounds).complete) << "no row is left, but its ends are all of it";
}

TEST(ReadAttemptTest, AStopIsHeardWithinALog) {
    LongLog log(1'000'000);
    std::stop_source stop;
    stop.request_stop();
    ReadBounds bounds{.stop = stop.get_token()};
    Read(log, bounds);
    EXPECT_EQ(log.handed, 1);
}

TEST(ReadAttemptTest, APayloadOfALineIsJudgedByItsFront) {
    AttemptReader reader(Knowledge::Builtin(), {.run_key = 1, .phase = "load", .attempt = 1}, "sales", "r1", "load");
    const std::string payload(1 << 20, 'x');
    const std::vector<model::LogRow> rows{
        {.row = 0, .level = model::Level::kError, .logger = "etl", .message = "disk quota exceeded " + payload}};
    reader.Add(rows);
    const Reading reading = reader.Finish();
    ASSERT_EQ(reading.signals.size(), 1u);
    EXPECT_TRUE(reading.signals[0].text.starts_with("disk quota exceeded xxx"));
    EXPECT_EQ(reading.bytes, static_cast<int64_t>(rows[0].message.size()));
}

}  // namespace
}  // namespace dagy::diagnose
