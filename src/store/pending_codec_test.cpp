#include "store/pending_codec.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace dagy::store {
namespace {

using namespace std::string_literals;

model::LogRow FullLog() {
    return {.ts = ParseTime("2026-05-13T00:00:00.123456Z"),
            .level = model::Level::kError,
            .logger = "etl.load",
            .message = "quote \" slash \\ tab \t null \0 ansi \x1b[31m é 日本 😀"s,
            .task_id = "load[3]",
            .source_file = "dags/load.py",
            .source_line = 41,
            .extras = R"({"a":"b"})"};
}

TEST(PendingCodecTest, LogsComeBackAsTheyWentIn) {
    const std::vector<model::LogRow> rows{FullLog(), {}, FullLog()};
    const auto back = DecodeLogs(EncodeLogs(rows), 100);
    ASSERT_EQ(back.size(), 3u);
    EXPECT_EQ(back[0].row, 100);
    EXPECT_EQ(back[2].row, 102);
    EXPECT_EQ(back[0].ts, rows[0].ts);
    EXPECT_EQ(back[0].level, model::Level::kError);
    EXPECT_EQ(back[0].logger, "etl.load");
    EXPECT_EQ(back[0].message, rows[0].message);
    EXPECT_EQ(back[0].task_id, "load[3]");
    EXPECT_EQ(back[0].source_file, "dags/load.py");
    EXPECT_EQ(back[0].source_line, 41);
    EXPECT_EQ(back[0].extras, rows[0].extras);
    EXPECT_FALSE(back[1].ts);
    EXPECT_EQ(back[1].message, "");
    EXPECT_TRUE(DecodeLogs(EncodeLogs({}), 0).empty());
}

TEST(PendingCodecTest, LogsThatNobodyWantsAreLeftOutAndTheOthersKeepTheirNumbers) {
    std::vector<model::LogRow> rows(6, FullLog());
    for (size_t i = 0; i < rows.size(); ++i) {
        rows[i].level = static_cast<model::Level>(i % 5);
        rows[i].message = "line " + std::to_string(i);
        if (i % 2 == 0) rows[i].ts.reset();
    }
    std::vector<model::Level> asked;
    const auto wanted = [&](model::Level level, std::optional<std::string_view> json) {
        if (!json) return level == model::Level::kWarning;
        asked.push_back(level);
        return level == model::Level::kWarning || json->contains("\"line 5\"");
    };
    const auto back = DecodeLogs(EncodeLogs(rows), 40, wanted);
    for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(asked.at(i), rows[i].level);
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[0].row, 42);
    EXPECT_EQ(back[0].message, "line 2");
    EXPECT_EQ(back[1].row, 45);
    EXPECT_EQ(back[1].extras, rows[5].extras);
    asked.clear();
    const auto nobody = [](model::Level level, std::optional<std::string_view> json) {
        EXPECT_FALSE(json) << "it need not be unpacked";
        return level > model::Level::kCritical;
    };
    EXPECT_TRUE(DecodeLogs(EncodeLogs(rows), 40, nobody).empty());
}

TEST(PendingCodecTest, ABlockThatDoesNotSayItsLevelsIsReadAllTheSame) {
    const std::vector<model::LogRow> rows{FullLog()};
    const std::string block = EncodeLogs(rows).substr(2);
    EXPECT_EQ(DecodeLogs(block, 0).at(0).message, rows[0].message);
    const auto errors = [](model::Level level, std::optional<std::string_view>) {
        return level == model::Level::kError;
    };
    EXPECT_EQ(DecodeLogs(block, 0, errors).size(), 1u);
}

TEST(PendingCodecTest, ErrorsComeBackAsTheyWentIn) {
    model::ErrorRow row;
    row.ts = ParseTime("1969-12-31T23:59:59.999999Z");
    row.error_type = "psycopg2.OperationalError";
    row.error_title = "no";
    row.error_status = 503;
    row.error_detail = "no\nway";
    row.traceback = "Traceback (most recent call last):\n";
    row.task_id = "t";
    row.signature = "s";
    row.log_row = 12;
    row.extras = "{}";
    const auto back = DecodeErrors(EncodeErrors(std::vector{row, model::ErrorRow{}}), 7);
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[0].row, 7);
    EXPECT_EQ(back[0].ts, row.ts);
    EXPECT_EQ(back[0].error_type, row.error_type);
    EXPECT_EQ(back[0].error_status, 503);
    EXPECT_EQ(back[0].error_detail, row.error_detail);
    EXPECT_EQ(back[0].traceback, row.traceback);
    EXPECT_EQ(back[0].log_row, 12);
    EXPECT_FALSE(back[1].error_status);
    EXPECT_FALSE(back[1].log_row);
}

TEST(PendingCodecTest, DataKeepsItsTypes) {
    const model::DataRow row{
        0, {{"id", 7}, {"amount", 12.0}, {"big", 18446744073709551615ULL}, {"none", nullptr}, {"nested", {1, "x"}}}};
    const auto back = DecodeData(EncodeData(std::vector{row}), 0);
    ASSERT_EQ(back.size(), 1u);
    EXPECT_EQ(back[0].columns, row.columns);
    EXPECT_TRUE(back[0].columns.at("amount").is_double());
    EXPECT_TRUE(back[0].columns.at("big").is_uint64());
}

TEST(PendingCodecTest, DeepDataComesBack) {
    json::value deep = 1;
    for (int i = 0; i < 200; ++i) deep = json::array{deep};
    const model::DataRow row{0, {{"deep", deep}}};
    EXPECT_EQ(DecodeData(EncodeData(std::vector{row}), 0)[0].columns, row.columns);
}

TEST(PendingCodecTest, BadBytesBecomeReplacementsAndLoseNoNeighbour) {
    model::LogRow bad, good;
    bad.message = "a\xff\xfe"s + "b\xe2\x82";
    good.message = "é";
    const auto back = DecodeLogs(EncodeLogs(std::vector{bad, good}), 0);
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[0].message, "a\ufffd\ufffdb\ufffd\ufffd");
    EXPECT_EQ(back[1].message, "é");
}

TEST(PendingCodecTest, ADamagedBlockIsSaid) {
    std::string block = EncodeLogs(std::vector{FullLog()});
    const auto code = [](auto call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::kInternal;
    };
    EXPECT_EQ(code([&] { DecodeLogs(block.substr(0, block.size() / 2), 0); }), ErrorCode::kStorage);
    EXPECT_EQ(code([&] { DecodeLogs(EncodeErrors(std::vector{model::ErrorRow{}}), 0); }), ErrorCode::kStorage);
    EXPECT_EQ(code([&] { DecodeData(block, 0); }), ErrorCode::kStorage);
    EXPECT_EQ(code([&] { DecodeErrors("", 0); }), ErrorCode::kStorage);
}

}  // namespace
}  // namespace dagy::store
