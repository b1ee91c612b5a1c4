#include "ingest/airflow/log_reader.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "ingest/utf8.h"

namespace dagy::ingest::airflow {
namespace {

using model::Level;
using testing::HasSubstr;

/// Gives `line` `times` times without holding it so often.
class RepeatedSource final : public ByteSource {
  public:
    RepeatedSource(std::string line, size_t times) : line_(std::move(line)), rest_(line_.size() * times) {}
    size_t Read(char* into, size_t bytes_max) override {
        const size_t bytes = std::min(bytes_max, rest_);
        for (size_t i = 0; i < bytes; ++i) into[i] = line_[at_++ % line_.size()];
        rest_ -= bytes;
        return bytes;
    }

  private:
    std::string line_;
    size_t rest_;
    size_t at_ = 0;
};

TEST(LogReaderTest, JsonLineGivesColumnsAndKeepsTheRestAsExtras) {
    const auto log = ReadLogText(
        R"({"timestamp":"2026-11-23T12:08:44.331424Z","level":"error","event":"Generated sql","ti_id":"01a2","try_number":2,"logger":"hook","filename":"sql.py","lineno":1031})"
        "\n");
    ASSERT_EQ(log.logs.size(), 1u);
    const auto& row = log.logs[0];
    EXPECT_EQ(FormatTime(*row.ts), "2026-11-23T12:08:44.331424Z");
    EXPECT_EQ(row.level, Level::kError);
    EXPECT_EQ(row.message, "Generated sql");
    EXPECT_EQ(row.logger, "hook");
    EXPECT_EQ(row.source_file, "sql.py");
    EXPECT_EQ(row.source_line, 1031);
    EXPECT_EQ(row.extras, R"({"ti_id":"01a2","try_number":2})");
}

TEST(LogReaderTest, TextLineInheritsTheTimeAndAnErrorsLevel) {
    const auto log = ReadLogText(
        "*** Found local files:\n"
        "[2024-06-06T16:10:22.284+0000] {taskinstance.py:2306} INFO - Starting attempt 1 of 1\n"
        "----------\n"
        "[2024-06-06T16:10:23.284+0000] {taskinstance.py:2905} ERROR - Task failed with exception\n"
        "Traceback (most recent call last):\n"
        "KeyError: 'x'\n"
        "[2024-06-06T16:10:24.000+0000] {local.py:1} INFO - done\n"
        "rest\n");
    ASSERT_EQ(log.logs.size(), 8u);
    EXPECT_FALSE(log.logs[0].ts);
    EXPECT_EQ(log.logs[1].message, "Starting attempt 1 of 1");
    EXPECT_EQ(log.logs[1].source_file, "taskinstance.py");
    EXPECT_EQ(log.logs[2].ts, log.logs[1].ts);
    EXPECT_EQ(log.logs[2].level, Level::kInfo);
    EXPECT_EQ(log.logs[5].message, "KeyError: 'x'");
    EXPECT_EQ(log.logs[5].level, Level::kError);
    EXPECT_EQ(log.logs[5].ts, log.logs[3].ts);
    EXPECT_EQ(log.logs[7].level, Level::kInfo);
}

TEST(LogReaderTest, EveryFormOfTextHeadIsRead) {
    for (const std::string_view head :
         {"[2020-07-13 10:22:03,891] {{models.py:12}} WARNING - x", "[2024-08-02, 18:26:05 UTC] {a.py:3} warning - x",
          "[2024-08-02, 18:26:05 +0200] {a.py:3} WARN - x", "[2025-05-02T10:20:30] WARNING - x"}) {
        const auto log = ReadLogText(head);
        ASSERT_EQ(log.logs.size(), 1u);
        EXPECT_EQ(log.logs[0].message, "x") << head;
        EXPECT_EQ(log.logs[0].level, Level::kWarning) << head;
        EXPECT_TRUE(log.logs[0].ts) << head;
    }
    for (const std::string_view other : {"[2024-08-02] hello", "[x] {a.py:3} INFO - x",
                                         "[2024-08-02T10:00:00] {a.py:z} INFO - x", "[", "[2024-08-02T10:00:00]"})
        EXPECT_EQ(ReadLogText(other).logs.at(0).message, other);
}

TEST(LogReaderTest, MixedFormatsKeepTheirOrder) {
    const auto log = ReadLogText(
        "plain\n{\"timestamp\":\"2026-01-01T00:00:00Z\",\"level\":\"ERROR\",\"event\":\"a\"}\nbehind\n[2026-01-01T00:"
        "00:01] {a.py:3} INFO - b");
    ASSERT_EQ(log.logs.size(), 4u);
    EXPECT_EQ(log.logs[1].level, Level::kError);
    EXPECT_EQ(log.logs[2].message, "behind");
    EXPECT_EQ(log.logs[2].level, Level::kInfo);
    EXPECT_EQ(log.logs[2].ts, log.logs[1].ts);
    EXPECT_EQ(log.logs[3].row, 3);
}

TEST(LogReaderTest, BadOrForeignJsonIsAPlainRow) {
    const std::string deep = "{\"event\":" + std::string(100000, '[');
    for (const std::string& line : {std::string("{\"event\":\"cut"), std::string("{\"amount\":12}"), std::string("{}"),
                                    std::string("{\"event\":\"a\"} x"), deep})
        EXPECT_EQ(ReadLogText(line).logs.at(0).message, line);
}

TEST(LogReaderTest, ValuesOfAnotherTypeAreKept) {
    const auto log = ReadLogText(
        R"({"event":{"a":[1,null]},"level":"loud","timestamp":7,"lineno":"x","logger":3,"error_detail":"no list"})");
    EXPECT_EQ(log.logs[0].message, R"({"a":[1,null]})");
    EXPECT_EQ(log.logs[0].level, Level::kInfo);
    EXPECT_EQ(log.logs[0].extras, R"({"level":"loud","timestamp":7,"lineno":"x","logger":3,"error_detail":"no list"})");
    EXPECT_TRUE(log.errors.empty());
}

TEST(LogReaderTest, JsonOfAirflow2IsRead) {
    const auto log = ReadLogText(
        R"({"asctime":"2024-06-06T16:10:22.284+0000","filename":"a.py","lineno":3,"levelname":"WARNING","message":"hi"})");
    EXPECT_EQ(log.logs[0].message, "hi");
    EXPECT_EQ(log.logs[0].level, Level::kWarning);
    EXPECT_EQ(log.logs[0].extras, "");
}

TEST(LogReaderTest, LoneSurrogatesBecomeReplacementCharacters) {
    const auto log = ReadLogText(R"({"level":"info","event":"a\udc80b \ud83d\ude00 \ud83d \\ud83d"})");
    EXPECT_EQ(log.logs[0].message, "a\uFFFDb \U0001F600 \uFFFD \\ud83d");
}

TEST(LogReaderTest, InvalidUtf8IsReplacedAsPythonDoes) {
    std::string scratch;
    EXPECT_EQ(ValidUtf8("a\xFF"
                        "b\xE2\x82",
                        scratch),
              "a\uFFFDb\uFFFD");
    EXPECT_EQ(ValidUtf8("\xED\xA0\x80", scratch), "\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(ValidUtf8("\xF0\x9F\x98x\xC0\xAF", scratch), "\uFFFDx\uFFFD\uFFFD");
    EXPECT_EQ(ReadLogText("{\"level\":\"info\",\"event\":\"\xE9t\xE9\"}").logs[0].message, "\uFFFDt\uFFFD");
}

TEST(LogReaderTest, LineEndsAnsiAndNulBytes) {
    using std::string_literals::operator""s;
    const auto log = ReadLogText("a\r\n\x1b[31mred\x1b[0m\n10%\r20%\nnul\0byte\n\nlast"s);
    ASSERT_EQ(log.logs.size(), 6u);
    EXPECT_EQ(log.logs[0].message, "a");
    EXPECT_EQ(log.logs[1].message, "\x1b[31mred\x1b[0m");
    EXPECT_EQ(log.logs[2].message, "10%\r20%");
    EXPECT_EQ(log.logs[3].message, "nul\0byte"s);
    EXPECT_EQ(log.logs[4].message, "");
    EXPECT_EQ(log.logs[5].message, "last");
    EXPECT_TRUE(ReadLogText("").logs.empty());
}

TEST(LogReaderTest, OffsetsAndTheLastLineEndAreKnown) {
    TextSource source("ab\r\ncd");
    LogReader reader(source);
    LogLine line;
    ASSERT_TRUE(reader.Next(line));
    EXPECT_EQ(reader.offset(), 4u);
    EXPECT_TRUE(reader.last_ended());
    ASSERT_TRUE(reader.Next(line));
    EXPECT_EQ(reader.offset(), 6u);
    EXPECT_FALSE(reader.last_ended());
    EXPECT_FALSE(reader.Next(line));
}

TEST(LogReaderTest, ALineOf20MegabytesIsCutWithAMark) {
    const std::string text(20 << 20, 'x');
    auto log = ReadLogText("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"level\":\"error\",\"event\":\"" + text +
                           "\",\"pid\":7}\nnext");
    ASSERT_EQ(log.logs.size(), 2u);
    EXPECT_EQ(log.logs[0].message.size(), kRowBytesMax);
    EXPECT_EQ(log.logs[0].level, Level::kError);
    EXPECT_EQ(log.logs[0].extras, R"({"pid":7,"cut_bytes":19922944})");
    EXPECT_EQ(log.logs[1].message, "next");

    log = ReadLogText("é" + text);
    EXPECT_EQ(log.logs[0].message.size(), kRowBytesMax);
    EXPECT_EQ(log.logs[0].extras, R"({"cut_bytes":19922946})");
}

TEST(LogReaderTest, ALineOverEveryBoundIsCutAndItsNeighboursStay) {
    RepeatedSource source(std::string(40 << 20, 'y') + "\r\nshort\n", 2);
    LogReader reader(source);
    LogLine line;
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(reader.Next(line));
        EXPECT_EQ(line.row.message.size(), kRowBytesMax);
        EXPECT_THAT(line.row.extras, HasSubstr("cut_bytes"));
        ASSERT_TRUE(reader.Next(line));
        EXPECT_EQ(line.row.message, "short");
    }
    EXPECT_EQ(reader.offset(), 2u * ((40 << 20) + 8));
    EXPECT_FALSE(reader.Next(line));
}

TEST(LogReaderTest, ErrorDetailBecomesOneErrorRow) {
    const auto log = ReadLogText(
        "first\n"
        R"({"timestamp":"2026-11-23T12:08:44.338878Z","level":"error","event":"Task failed with exception","logger":"task","error_detail":[)"
        R"({"exc_type":"LoadError","exc_value":"could not load\nDETAIL: no","exc_notes":["look at the feed"],"syntax_error":null,"is_cause":false,"frames":[{"filename":"/dags/a.py","lineno":26,"name":"load"}],"is_group":false,"exceptions":[]},)"
        R"({"exc_type":"UniqueViolation","exc_value":"duplicate","exc_notes":[],"syntax_error":null,"is_cause":true,"frames":[{"filename":"/x/cursor.py","lineno":148,"name":"executemany"}],"is_group":false,"exceptions":[]}]})"
        "\n");
    ASSERT_EQ(log.errors.size(), 1u);
    const auto& error = log.errors[0];
    EXPECT_EQ(error.error_type, "LoadError");
    EXPECT_EQ(error.error_title, "could not load");
    EXPECT_EQ(error.error_detail, "could not load\nDETAIL: no");
    EXPECT_EQ(error.log_row, 1);
    EXPECT_EQ(error.ts, log.logs[1].ts);
    EXPECT_EQ(error.traceback,
              "Traceback (most recent call last):\n"
              "  File \"/x/cursor.py\", line 148, in executemany\n"
              "UniqueViolation: duplicate\n"
              "\n"
              "The above exception was the direct cause of the following exception:\n"
              "\n"
              "Traceback (most recent call last):\n"
              "  File \"/dags/a.py\", line 26, in load\n"
              "LoadError: could not load\n"
              "DETAIL: no\n"
              "look at the feed");
    EXPECT_EQ(log.logs[1].extras, "");
    const auto extras = ParseJson(error.extras, "extras");
    EXPECT_EQ(extras.at("chain").as_array().size(), 2u);
    EXPECT_EQ(extras.at("chain").at(1).at("type").as_string(), "UniqueViolation");
}

TEST(LogReaderTest, ALogOf300MegabytesIsReadInBoundedMemory) {
    // The reader keeps one block and one line; the source makes its bytes as they are asked for.
    const std::string line = R"({"timestamp":"2026-11-23T12:08:44.338878Z","level":"info","event":")" +
                             std::string(900, 'e') + "\",\"logger\":\"task.stdout\"}\n";
    const size_t times = (size_t{300} << 20) / line.size();
    RepeatedSource source(line, times);
    LogReader reader(source);
    LogLine out;
    size_t rows = 0;
    while (reader.Next(out)) ++rows;
    EXPECT_EQ(rows, times);
    EXPECT_EQ(reader.offset(), times * line.size());
}

}  // namespace
}  // namespace dagy::ingest::airflow
