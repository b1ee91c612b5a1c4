// What a reader of records sees, settled or not.
#include "lake/lake.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "lake/lake_fixture.h"
#include "lake/statement.h"
#include "lake/template_mask.h"

namespace dagy::lake {
namespace {

using model::RecordKind;

std::vector<std::string_view> HostileTexts() {
    static const std::string kNul("a\0b\0", 4);
    static const std::string kLong(1 << 20, 'x');
    static const std::string kAnsi = "\x1b[31mred\x1b[0m\r";
    return {"",
            kNul,
            kLong,
            kAnsi,
            "🔥 ünï \xF4\x8F\xBF\xBF",
            "{\"a\": 'b'} \\ %_ $$ -- ;",
            "\n\n",
            "null",
            "12345678901",
            "123456789012",
            "1234567890123"};
}

TEST_F(LakeTest, PendingRowsAreReadWithoutDuckDb) {
    lake().Apply(LogBatch({Log("one"), Log("two", model::Level::kError)}));
    lake().Apply(LogBatch({Log("three")}));
    EXPECT_EQ(Logs().size(), 3U);
    EXPECT_TRUE(Logs()[2].contains("three"));
    EXPECT_TRUE(Shown({.level = model::Level::kError}).starts_with("1\n"));
    EXPECT_FALSE(lake().DatabaseOpened());
}

TEST_F(LakeTest, LogsReadTheSameBeforeAndAfterSettling) {
    std::vector<model::LogRow> rows;
    for (const std::string_view text : HostileTexts()) rows.push_back(Log(std::string(text)));
    rows.push_back({.level = model::Level::kCritical, .message = "bare"});
    rows.push_back(
        {.ts = FromMicros(-1), .message = "x", .source_file = "a.py", .source_line = 7, .extras = R"({"k":[1,"é"]})"});
    lake().Apply(LogBatch(rows));
    const std::vector<std::string> before = Logs();
    ASSERT_EQ(before.size(), rows.size());
    EXPECT_TRUE(lake().Settle(Ref()));
    EXPECT_FALSE(lake().Settle(Ref()));
    EXPECT_TRUE(records().View(Ref(), RecordKind::kLog).blocks.empty());
    EXPECT_EQ(Logs(), before);
}

TEST_F(LakeTest, BytesThatAreNotUtf8AreReplacedOnceAndForAll) {
    model::LogRow bad = Log("bad \xff\xfe end");
    lake().Apply(LogBatch({bad}));
    const auto before = Logs();
    lake().Settle(Ref());
    EXPECT_EQ(Logs(), before);
    EXPECT_TRUE(before[0].contains("bad \xEF\xBF\xBD\xEF\xBF\xBD end"));
}

TEST_F(LakeTest, RowsHaveTheIdsOfTheirTemplates) {
    lake().Apply(LogBatch({Log("took 3 s"), Log("plain words"), Log("took 12.5 s")}));
    const std::vector<std::string> shown = Logs();
    const std::string id = "\"template_id\":" + std::to_string(TemplateId("took *"));
    EXPECT_TRUE(shown[0].contains(id) && shown[2].contains(id) && !shown[1].contains(id)) << shown[0];
    ASSERT_TRUE(lake().Settle(Ref()));
    EXPECT_EQ(Logs(), shown);

    Database database({.memory_limit_bytes = int64_t{256} << 20, .threads = 1, .connections = 1});
    Connection connection = database.Lend();
    Statement statement(connection, "SELECT template_id FROM read_parquet(?) ORDER BY _row");
    const std::string chunk = (folder_.path() / "records" / ChunksOf()[0].object_key).string();
    statement.Bind(1, chunk);
    Rows rows = statement.Run();
    ASSERT_TRUE(rows.Next());
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows.column(0).Int64(0), TemplateId("took *"));
    EXPECT_EQ(rows.column(0).Int64(1), TemplateId("plain words"));
    EXPECT_EQ(rows.column(0).Int64(2), TemplateId("took *"));
}

TEST_F(LakeTest, ErrorsReadTheSameBeforeAndAfterSettling) {
    model::RecordGroup group{.run = kRun, .phase = "load", .kind = RecordKind::kError};
    group.errors = {{.ts = FromMicros(5),
                     .error_type = "KeyError",
                     .error_title = "'id'",
                     .error_status = 502,
                     .error_detail = "'id'\nmore",
                     .traceback = "Traceback (most recent call last):\n  …",
                     .task_id = "load",
                     .signature = "s1",
                     .log_row = 41,
                     .extras = R"({"x":1})"},
                    {.error_title = "bare"}};
    lake().Apply({.scope = kScope, .records = {group}});
    const auto shown = [&] {
        std::string all =
            Shown({.kind = RecordKind::kError}) + Shown({.kind = RecordKind::kError, .keyword = "MOST RECENT"});
        lake().ReadErrors(Ref(), {}, [&](std::span<const model::ErrorRow> rows) {
            for (const model::ErrorRow& row : rows) all += json::serialize(ToItem(row));
            return true;
        });
        return all;
    };
    const std::string before = shown();
    EXPECT_TRUE(
        before.starts_with("2\nerror_type:VARCHAR error_title:VARCHAR error_status:INTEGER error_detail:VARCHAR "
                           "traceback:VARCHAR _row:BIGINT"));
    EXPECT_TRUE(lake().Settle(Ref()));
    EXPECT_EQ(shown(), before);
}

TEST_F(LakeTest, DataReadsTheSameBeforeAndAfterSettlingEvenWhereColumnsDiffer) {
    const auto shown = [&] {
        std::string all;
        for (const std::string& row : Data()) all += row + "\n";
        for (const char* keyword : {"", "GAMMA", "2.5", "[1", "true", "9007199254740993", "67890.1200", "nothing"})
            all += Shown({.kind = RecordKind::kData, .keyword = keyword}) + "\n";
        return all;
    };
    lake().Apply(DataBatch({R"({"id":1,"amount":2,"name":"alpha","ok":true,"none":null})",
                            R"({"id":2,"amount":2.5,"name":"beta","tags":[1,2.0,{"a":null}]})"}));
    lake().Apply(DataBatch({R"({"id":9007199254740993,"amount":1e3,"extra":"gamma"})",
                            R"({"id":3.5,"Amount":"upper","_row":"mine","":"empty","a\u0000b":1})"}));
    lake().Apply(DataBatch({R"({"id":"text","amount":18446744073709551615})", "{}"}));
    lake().Apply(DataBatch({R"({"id":18446744073709551616,"tags":[1e-400],"exact":12345678901234567890.1200})"}));
    const std::string before = shown();
    ASSERT_TRUE(lake().Settle(Ref()));
    EXPECT_EQ(shown(), before);
    lake().Apply(DataBatch({R"({"late":1})"}));
    const std::string mixed = shown();
    ASSERT_TRUE(lake().Settle(Ref()));
    EXPECT_EQ(shown(), mixed);
    EXPECT_EQ(ChunksOf("load", RecordKind::kData).size(), 2U);
}

TEST_F(LakeTest, TriggerFilesHaveTheirNames) {
    lake().Apply(DataBatch({R"({"id":"m1","body":{"k":[1]}})"}, RecordKind::kQueueData));
    lake().Apply(DataBatch({R"({"processed":true})"}, RecordKind::kEvent));
    const std::string before = Shown({.kind = RecordKind::kQueueData}) + Shown({.kind = RecordKind::kEvent});
    ASSERT_TRUE(lake().Settle(Ref()));
    EXPECT_EQ(Shown({.kind = RecordKind::kQueueData}) + Shown({.kind = RecordKind::kEvent}), before);
    EXPECT_EQ(ChunksOf("load", RecordKind::kEvent)[0].object_key,
              "org=org_1/dag=sales/date=1970-01-01/run=r%2F1/event/event.parquet");
}

TEST_F(LakeTest, PagesAreCutAnywhereInTheUnion) {
    const auto batch = [](int from) {
        std::vector<model::LogRow> rows;
        for (int i = from; i < from + 10; ++i)
            rows.push_back(Log("line " + std::to_string(i), i % 3 == 0 ? model::Level::kError : model::Level::kInfo));
        return LogBatch(rows);
    };
    lake().Apply(batch(0));
    lake().Settle(Ref());
    lake().Apply(batch(10));
    lake().Settle(Ref());
    lake().Apply(batch(20));
    const auto numbers = [&](PageQuery query) {
        query.ref = Ref();
        const Page page = lake().ReadPage(query);
        std::vector<int64_t> rows{page.total};
        for (const json::object& item : page.items) rows.push_back(item.at("_row").as_int64());
        return rows;
    };
    EXPECT_EQ(numbers({.offset = 8, .limit = 4}), (std::vector<int64_t>{30, 8, 9, 10, 11}));
    EXPECT_EQ(numbers({.offset = 19, .limit = 3}), (std::vector<int64_t>{30, 19, 20, 21}));
    EXPECT_EQ(numbers({.offset = 29, .limit = 50}), (std::vector<int64_t>{30, 29}));
    EXPECT_EQ(numbers({.offset = 30, .limit = 50}), (std::vector<int64_t>{30}));
    EXPECT_EQ(numbers({.offset = SIZE_MAX, .limit = SIZE_MAX}), (std::vector<int64_t>{30}));
    EXPECT_EQ(numbers({.offset = 2, .limit = 4, .level = model::Level::kError}),
              (std::vector<int64_t>{10, 6, 9, 12, 15}));
    EXPECT_EQ(numbers({.limit = 50, .keyword = "LINE 1"}),
              (std::vector<int64_t>{11, 1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
    EXPECT_EQ(numbers({.offset = 1, .limit = 2, .level = model::Level::kError, .keyword = "line 1"}),
              (std::vector<int64_t>{3, 15, 18}));
    EXPECT_EQ(numbers({.keyword = "line%"}), (std::vector<int64_t>{0}));
    EXPECT_EQ(Logs({.first = 9, .count = 13}).size(), 13U);
    EXPECT_EQ(Logs({.first = 25}).size(), 5U);
}

TEST_F(LakeTest, ReadingStopsWhenToldAndSlicesAreBounded) {
    std::vector<model::LogRow> rows(20000, Log("x"));
    lake().Apply(LogBatch(rows));
    for (const bool settled : {false, true}) {
        if (settled) {
            ASSERT_TRUE(lake().Settle(Ref()));
        }
        size_t seen = 0;
        size_t longest = 0;
        int64_t next = 0;
        lake().ReadLogs(Ref(), {}, [&](std::span<const model::LogRow> slice) {
            seen += slice.size();
            longest = std::max(longest, slice.size());
            for (const model::LogRow& row : slice) EXPECT_EQ(row.row, next++);
            return seen < 9000;
        });
        EXPECT_LE(longest, 8192U);
        EXPECT_LT(seen, 20000U);
    }
}

TEST_F(LakeTest, AnUnknownPhaseIsEmpty) {
    lake().Apply(LogBatch({Log("x")}));
    EXPECT_TRUE(Logs({}, "nope").empty());
    EXPECT_EQ(lake().ReadPage({.ref = Ref("nope")}).total, 0);
    EXPECT_EQ(lake().ReadPage({.ref = Ref("nope"), .kind = RecordKind::kData, .keyword = "x"}).total, 0);
    EXPECT_FALSE(lake().Settle(Ref("nope")));
    EXPECT_FALSE(lake().Settle({987654321, "load", 1}));
}

TEST_F(LakeTest, HealthCheckLeavesNothing) {
    lake().Check();
    EXPECT_TRUE(here_.objects->List("check/").empty());
}

}  // namespace
}  // namespace dagy::lake
