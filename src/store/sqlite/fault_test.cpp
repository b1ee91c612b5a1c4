// What happens to a SQLite store when the disk is full, when its process is killed, when its file is not what it should
// be.
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "store/pending_codec.h"
#include "store/sqlite/connections.h"
#include "store/sqlite/ingest.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/test_store.h"

namespace dagy::store {
namespace {

class SqliteFaultTest : public ::testing::Test {
  protected:
    static model::Batch LinesOf(int first, int rows) {
        model::Batch batch{.scope = kScope};
        model::RecordGroup group{.run = {"d", "r"}, .phase = "t"};
        for (int i = 0; i < rows; ++i) group.logs.push_back({.message = "line " + std::to_string(first + i)});
        batch.records.push_back(std::move(group));
        batch.event_ids.push_back({.id = "batch " + std::to_string(first)});
        batch.progress = {{.key = "log",
                           .expected = first == 0 ? std::nullopt : std::optional(std::to_string(first)),
                           .next = std::to_string(first + rows)}};
        return batch;
    }
    std::vector<std::string> Lines(Store& store) {
        std::vector<std::string> lines;
        const auto run = store.runs().FindRun(kScope.org, kScope.deployment, "d", "r");
        if (!run) return lines;
        for (const auto& block : store.records().View({run->key, "t", 1}, model::RecordKind::kLog).blocks)
            for (const auto& row : DecodeLogs(block.payload, block.first_row)) lines.push_back(row.message);
        return lines;
    }

    ManualClock clock_{At("2026-06-01T12:00:00Z")};
    SqliteHolder holder_{clock_};
};

TEST_F(SqliteFaultTest, AFullDiskLosesNothingAndIsSurvived) {
    sqlite::Connections connections(holder_.file());
    SystemClock clock;
    sqlite::SqliteIngestStore ingest(connections, clock);
    ingest.Apply(LinesOf(0, 10), {});
    const auto limit_pages = [&](int64_t pages) {
        // A PRAGMA inside a transaction that is then given up: the limit belongs to the connection, not to the file.
        connections.WriteIf([&](sqlite::Database& database) {
            sqlite::Statement(database, "PRAGMA max_page_count=" + std::to_string(pages)).Number();
            return false;
        });
    };
    limit_pages(1);  // SQLite takes the size that the file has now
    model::Batch big = LinesOf(10, 1);
    for (int i = 0; i < 4; ++i) {
        big.records[0].logs.push_back({});
        for (int j = 0; j < 50'000; ++j)
            big.records[0].logs.back().message += static_cast<char>('!' + (j * 7919 + i * j % 83) % 90);
    }
    EXPECT_EQ(CodeOf([&] { ingest.Apply(big, {}); }), ErrorCode::kStorageFull);
    EXPECT_EQ(Lines(holder_.store()).size(), 10u);
    EXPECT_EQ(ingest.Progress(kScope, "log"), "10");
    limit_pages(1'000'000);
    EXPECT_EQ(ingest.Apply(big, {}).records_added, 5) << "usable afterwards, and the refused event id is free";
}

TEST_F(SqliteFaultTest, AKilledWriterLosesNothingThatWasAcknowledged) {
    for (int round = 0; round < 12; ++round) {
        SqliteHolder mine(clock_);
        int acknowledged[2];
        ASSERT_EQ(::pipe(acknowledged), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto store = OpenSqlite(mine.file(), clock_);
            for (int first = 0;; first += 50) {
                store->ingest().Apply(LinesOf(first, 50));
                const int count = first + 50;
                (void)!::write(acknowledged[1], &count, sizeof count);
            }
        }
        // Killed after a number of acknowledgements, that is somewhere inside a later batch.
        int promised = 0;
        for (int i = 0; i <= round; ++i)
            ASSERT_EQ(::read(acknowledged[0], &promised, sizeof promised), ssize_t{sizeof promised});
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(acknowledged[1]);
        for (int more = 0; ::read(acknowledged[0], &more, sizeof more) == ssize_t{sizeof more};) promised = more;
        ::close(acknowledged[0]);

        const auto store = mine.Second();
        const auto lines = Lines(*store);
        EXPECT_GE(static_cast<int>(lines.size()), promised);
        EXPECT_EQ(store->ingest().Progress(kScope, "log"), std::to_string(lines.size()))
            << "the mark and the lines are one";
        for (size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], "line " + std::to_string(i));
        const auto run = store->runs().FindRun(kScope.org, {}, "d", "r");
        EXPECT_EQ(store->runs().Phases(run->key).at(0).log_count, static_cast<int64_t>(lines.size()));
        EXPECT_FALSE(store->ingest().Apply(LinesOf(static_cast<int>(lines.size()), 5)).progress_conflict)
            << "it goes on from there";
    }
}

TEST_F(SqliteFaultTest, ANewerFileIsRefused) {
    {
        sqlite::Database database(holder_.file(), sqlite::Database::Mode::kWrite);
        database.Run("INSERT INTO schema_version(version) VALUES (999)");
    }
    try {
        holder_.Second();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kStorage);
        EXPECT_TRUE(error.detail().contains("999")) << error.detail();
        EXPECT_TRUE(error.detail().contains("newer dagy")) << error.detail();
    }
}

TEST_F(SqliteFaultTest, WhatIsNoDatabaseIsSaidWithoutItsPath) {
    const std::string file = holder_.file().string() + ".txt";
    std::FILE* text = std::fopen(file.c_str(), "w");
    for (int i = 0; i < 1000; ++i) std::fputs("this is a letter\n", text);
    std::fclose(text);
    for (const std::string& path : {file, holder_.file().parent_path().string(), std::string("/nonexistent/dagy.db")}) {
        try {
            OpenSqlite(path, clock_);
            ADD_FAILURE() << path;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::kStorage) << path;
            EXPECT_FALSE(error.detail().contains("/")) << error.detail();
            EXPECT_FALSE(error.hint().empty());
        }
    }
}

TEST_F(SqliteFaultTest, AFailureInTheMiddleLeavesNothing) {
    sqlite::Connections connections(holder_.file());
    const auto insert = [](sqlite::Database& database) {
        sqlite::Statement(database, "INSERT INTO cursors (name, seq) VALUES ('x', 1)").Run();
    };
    const auto twice = [&](sqlite::Database& database) {
        insert(database);
        insert(database);
    };
    EXPECT_EQ(CodeOf([&] { connections.Write(twice); }), ErrorCode::kInternal)
        << "a broken constraint is a bug of ours";
    EXPECT_EQ(holder_.store().events().LoadCursor("x"), 0);
    EXPECT_NO_THROW(connections.Write(insert));
    EXPECT_EQ(holder_.store().events().LoadCursor("x"), 1);
}

TEST_F(SqliteFaultTest, TheAuditTrailCannotBeEdited) {
    sqlite::Connections connections(holder_.file());
    holder_.store().identity().Audit({.org = "org_a", .action = "login"});
    for (const char* sql : {"UPDATE audit SET action = 'nothing'", "DELETE FROM audit"})
        EXPECT_THROW(connections.Write([&](sqlite::Database& database) { database.Run(sql); }), Error);
    EXPECT_EQ(holder_.store().identity().AuditEntries("org_a", 9).at(0).action, "login");
}

TEST_F(SqliteFaultTest, TwoFirstOpensMakeOneSchema) {
    const auto file = holder_.file().string() + ".new";
    std::atomic<int> failed = 0;
    {
        std::vector<std::jthread> openers;
        for (int i = 0; i < 4; ++i)
            openers.emplace_back([&] {
                try {
                    OpenSqlite(file, clock_)->Check();
                } catch (const Error& error) {
                    ++failed;
                    ADD_FAILURE() << error.detail() << " " << error.internal();
                }
            });
    }
    EXPECT_EQ(failed, 0);
}

TEST_F(SqliteFaultTest, ManyReadersAndWritersAtOnce) {
    Store& store = holder_.store();
    {
        std::vector<std::jthread> all;
        for (int t = 0; t < 8; ++t)
            all.emplace_back([&, t] {
                for (int i = 0; i < 20; ++i) {
                    model::Batch batch{.scope = kScope};
                    batch.runs.resize(1);
                    batch.runs[0].dag_id = "d";
                    batch.runs[0].run_id = std::to_string(t) + "/" + std::to_string(i);
                    store.ingest().Apply(batch);
                    store.runs().Runs({.org = "org_a", .limit = 5});
                }
            });
    }
    EXPECT_EQ(store.runs().Runs({.org = "org_a"}).total, 160);
}

}  // namespace
}  // namespace dagy::store
