// The reader of our own agrees with DuckDB on what DuckDB wrote, and leaves to it what it does not know.
#include "lake/log_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "lake/lake_fixture.h"
#include "lake/log_table.h"
#include "lake/parquet_file.h"

namespace dagy::lake {
namespace {

class LogFileTest : public testing::Test {
  protected:
    LogFileTest() : database_({.memory_limit_bytes = int64_t{256} << 20, .threads = 1, .connections = 1}) {}

    std::filesystem::path Write(const std::vector<model::LogRow>& rows, int64_t group_rows = 2048) {
        const std::filesystem::path file = folder_.path() / "logs.parquet";
        LogSource source(rows, 100);
        WriteParquet(database_, source, file, group_rows);
        return file;
    }
    static store::Chunk ChunkOf(const std::vector<model::LogRow>& rows) {
        return {.first_row = 100, .rows = static_cast<int64_t>(rows.size())};
    }
    /// The same rows, as another writer might have put them.
    std::filesystem::path Rewritten(const std::filesystem::path& file, const std::string& how) {
        const std::filesystem::path other = folder_.path() / "other.parquet";
        Connection connection = database_.Lend();
        connection.Execute("COPY (FROM read_parquet(" + Quoted(file.native()) + ")) TO " + Quoted(other.native()) +
                           " (FORMAT parquet, " + how + ")");
        return other;
    }

    TempFolder folder_;
    Database database_;
};

std::vector<model::LogRow> RandomRows(size_t count) {
    std::mt19937 random(1);
    std::vector<model::LogRow> rows;
    for (size_t i = 0; i < count; ++i) {
        model::LogRow row =
            Log("line " + std::to_string(i) + std::string(random() % 40, 'x'), static_cast<model::Level>(random() % 5));
        if (random() % 3 == 0) row.ts.reset();
        if (random() % 3 == 0) row.message = i % 2 == 0 ? "" : "the same again";
        if (random() % 4 == 0) row.task_id.clear();
        if (random() % 4 == 0) row.source_line = static_cast<int>(random() % 1000);
        if (random() % 4 == 0) row.extras = R"({"a":)" + std::to_string(random() % 9) + "}";
        row.logger = std::string(random() % 3, 'l');
        rows.push_back(std::move(row));
    }
    return rows;
}

void ExpectSame(const LogFile& file, const std::vector<model::LogRow>& rows) {
    size_t next = 0;
    for (const LogFile::Group& group : file.groups()) {
        EXPECT_EQ(group.first_row, 100 + static_cast<int64_t>(next));
        TextColumn message = file.Texts(group, "message"), extras = file.Texts(group, "extras"),
                   level = file.Texts(group, "level"), task = file.Texts(group, "task_id"),
                   logger = file.Texts(group, "logger");
        for (TextColumn* texts : {&message, &extras, &level, &task, &logger}) texts->Split();
        const NumberColumn ts = file.Numbers(group, "ts"), line = file.Numbers(group, "source_line");
        for (size_t i = 0; i < static_cast<size_t>(group.rows); ++i, ++next) {
            const model::LogRow& row = rows.at(next);
            ASSERT_EQ(message.At(i), row.message) << next;
            ASSERT_EQ(extras.At(i), row.extras) << next;
            ASSERT_EQ(level.At(i), model::Name(row.level)) << next;
            ASSERT_EQ(task.At(i), row.task_id) << next;
            ASSERT_EQ(logger.At(i), row.logger) << next;
            ASSERT_EQ(ts.IsNull(i), !row.ts) << next;
            if (row.ts) {
                ASSERT_EQ(ts.At(i), ToMicros(*row.ts)) << next;
            }
            ASSERT_EQ(line.IsNull(i) ? 0 : line.At(i), row.source_line) << next;
        }
    }
    EXPECT_EQ(next, rows.size());
}

TEST_F(LogFileTest, ReadsWhatWasWritten) {
    for (const size_t count : {size_t{1}, size_t{7}, size_t{2048}, size_t{9000}}) {
        const std::vector<model::LogRow> rows = RandomRows(count);
        ExpectSame(LogFile(Write(rows), ChunkOf(rows), PageMemory::Make()), rows);
    }
    std::vector<model::LogRow> alike(5000, Log("every line is this one"));
    ExpectSame(LogFile(Write(alike), ChunkOf(alike), PageMemory::Make()), alike);
    alike.assign(3000, {});
    ExpectSame(LogFile(Write(alike), ChunkOf(alike), PageMemory::Make()), alike);
}

TEST_F(LogFileTest, LeavesWhatItDoesNotKnow) {
    const std::vector<model::LogRow> rows = RandomRows(3000);
    const std::filesystem::path file = Write(rows);
    for (const std::string how : {"COMPRESSION snappy", "COMPRESSION zstd, PARQUET_VERSION v2"}) {
        const LogFile other(Rewritten(file, how), ChunkOf(rows), PageMemory::Make());
        EXPECT_THROW(ExpectSame(other, rows), ThriftError) << how;
    }
    store::Chunk longer = ChunkOf(rows);
    ++longer.rows;
    EXPECT_THROW(LogFile(file, longer, PageMemory::Make()), ThriftError);
    EXPECT_THROW(LogFile(folder_.path() / "missing", longer, PageMemory::Make()), ThriftError);
}

// Its bytes are known to be those that were written before it is read; even so, none of them makes it read elsewhere.
TEST_F(LogFileTest, DamagedBytesAreAnErrorOrOtherRowsNeverMore) {
    const std::vector<model::LogRow> rows = RandomRows(300);
    const std::filesystem::path file = Write(rows);
    std::stringstream read;
    read << std::ifstream(file, std::ios::binary).rdbuf();
    const std::string good = read.str();
    std::mt19937 random(4);
    for (int i = 0; i < 6000; ++i) {
        std::string bad = good;
        for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) {
            char& byte = bad[random() % bad.size()];
            byte = static_cast<char>(byte ^ (1 << random() % 8));
        }
        std::ofstream(file, std::ios::binary) << bad;
        try {
            const LogFile damaged(file, ChunkOf(rows), PageMemory::Make());
            for (const LogFile::Group& group : damaged.groups()) {
                for (const char* name : {"message", "extras", "level", "task_id", "logger", "source_file"}) {
                    TextColumn texts = damaged.Texts(group, name);
                    texts.Split();
                    size_t bytes = 0;
                    for (size_t row = 0; row < static_cast<size_t>(group.rows); ++row) bytes += texts.At(row).size();
                    EXPECT_LT(bytes, size_t{1} << 30);
                }
                damaged.Numbers(group, "ts");
            }
        } catch (const ThriftError&) {
        }
    }
}

}  // namespace
}  // namespace dagy::lake
