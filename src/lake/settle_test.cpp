// How records get into Parquet, and what happens when something goes wrong on the way.
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "lake/lake_fixture.h"
#include "lake/log_table.h"
#include "lake/parquet_file.h"

namespace dagy::lake {
namespace {

using model::RecordKind;

std::vector<model::LogRow> Lines(int from, int count) {
    std::vector<model::LogRow> rows;
    for (int i = from; i < from + count; ++i)
        rows.push_back(Log("line " + std::to_string(i), i % 2 == 0 ? model::Level::kError : model::Level::kInfo));
    return rows;
}

/// Small groups are big already.
class BulkTest : public LakeTest {
  protected:
    BulkTest() : bulk_(folder_.path(), {.chunk_rows_min = 100}) {}
    std::vector<std::string> Keys() {
        std::vector<std::string> keys;
        for (const objects::ObjectInfo& object : bulk_.objects->List("org=")) keys.push_back(object.key);
        return keys;
    }
    LakeOn bulk_;
};

TEST_F(BulkTest, ABigGroupIsAChunkAtOnce) {
    const store::ApplyResult result = bulk_.lake->Apply(LogBatch(Lines(0, 250)));
    EXPECT_EQ(result.records_added, 250);
    bulk_.lake->Apply(LogBatch(Lines(250, 5)));
    bulk_.lake->Apply(LogBatch(Lines(255, 100)));
    const store::RecordView view = records().View(Ref(), RecordKind::kLog);
    ASSERT_EQ(view.chunks.size(), 2U);
    EXPECT_EQ(view.blocks.size(), 1U);
    EXPECT_EQ(view.chunks[0].object_key,
              "org=org_1/dag=sales/date=2026-05-13/run=r%2F1/phase=load/attempt=1/logs_000.parquet");
    EXPECT_EQ(view.chunks[1].object_key,
              "org=org_1/dag=sales/date=2026-05-13/run=r%2F1/phase=load/attempt=1/logs_001.parquet");
    const std::vector<std::string> rows = Logs();
    ASSERT_EQ(rows.size(), 355U);
    for (int i = 0; i < 355; ++i)
        EXPECT_TRUE(rows[static_cast<size_t>(i)].contains("\"line " + std::to_string(i) + "\"")) << i;
    EXPECT_EQ(here_.store->runs().Phases(Ref().run_key).at(0).error_log_count, 178);
}

TEST_F(LakeTest, WhatPilesUpIsSettledOnTheWay) {
    const LakeOn tight(folder_.path(), {.pending_bytes_max = 64 << 10});
    int64_t waiting_max = 0;
    for (int i = 0; i < 40; ++i) {
        tight.lake->Apply(LogBatch(Lines(i * 200, 200)));
        int64_t waiting = 0;
        for (const auto& block : records().View(Ref(), RecordKind::kLog, false).blocks) waiting += block.rows;
        waiting_max = std::max(waiting_max, waiting);
    }
    EXPECT_LT(waiting_max, 2000) << "of 8,000";
    EXPECT_GT(ChunksOf().size(), 2U);
    const std::vector<std::string> rows = Logs();
    ASSERT_EQ(rows.size(), 8000U);
    for (size_t i = 0; i < rows.size(); ++i) ASSERT_TRUE(rows[i].contains("\"line " + std::to_string(i) + "\"")) << i;
}

TEST_F(BulkTest, WithoutADateABigGroupWaits) {
    model::Batch batch = LogBatch(Lines(0, 250));
    batch.runs.clear();
    bulk_.lake->Apply(batch);
    EXPECT_TRUE(Keys().empty());
    batch.runs = {StoredRun()};
    bulk_.lake->Apply(batch);
    batch.runs.clear();  // by now the store knows it
    bulk_.lake->Apply(batch);
    EXPECT_EQ(Keys().size(), 2U);
    EXPECT_EQ(Logs().size(), 750U);
}

TEST_F(BulkTest, GroupsOfOnePhaseKeepTheirOrder) {
    model::Batch batch = LogBatch(Lines(0, 100));
    for (const auto& rows : {Lines(100, 3), Lines(103, 120), Lines(223, 1)})
        batch.records.push_back({.run = kRun, .phase = "load", .kind = RecordKind::kLog, .logs = rows});
    batch.records.push_back({.run = kRun, .phase = "other", .kind = RecordKind::kLog, .logs = Lines(0, 100)});
    bulk_.lake->Apply(batch);
    const std::vector<std::string> rows = Logs();
    ASSERT_EQ(rows.size(), 224U);
    for (int i = 0; i < 224; ++i)
        EXPECT_TRUE(rows[static_cast<size_t>(i)].contains("\"line " + std::to_string(i) + "\"")) << i;
    EXPECT_EQ(ChunksOf("other").size(), 1U);
}

TEST_F(BulkTest, WhatIsNotAppliedLeavesNoObject) {
    model::Batch batch = LogBatch(Lines(0, 100));
    batch.event_ids = {{.id = "e1"}};
    bulk_.lake->Apply(batch);
    ASSERT_EQ(Keys().size(), 1U);
    EXPECT_EQ(bulk_.lake->Apply(batch).seen, std::vector<size_t>{0});
    EXPECT_EQ(Keys().size(), 1U);
    model::Batch late = LogBatch(Lines(0, 100));
    late.progress.push_back({.key = "source", .expected = "not this", .next = "x"});
    EXPECT_TRUE(bulk_.lake->Apply(late).progress_conflict);
    EXPECT_EQ(Keys().size(), 1U);
    EXPECT_EQ(Logs().size(), 100U);
}

TEST_F(BulkTest, WritersOfOnePhaseAtOnceLoseNothing) {
    constexpr int kWriters = 4;
    constexpr int kBatches = 6;
    std::vector<std::thread> writers;
    for (int w = 0; w < kWriters; ++w)
        writers.emplace_back([&, w] {
            for (int b = 0; b < kBatches; ++b)
                bulk_.lake->Apply(LogBatch(Lines(w * 1000 + b * 110, b % 2 == 0 ? 110 : 7)));
        });
    for (std::thread& writer : writers) writer.join();
    const std::vector<std::string> rows = Logs();
    EXPECT_EQ(rows.size(), static_cast<size_t>(kWriters * (3 * 110 + 3 * 7)));
    EXPECT_EQ(Keys().size(), ChunksOf().size());
}

TEST_F(LakeTest, SettlesWhatIsPendingAndWritesMetadata) {
    model::Batch batch = LogBatch(Lines(0, 3));
    batch.phases.push_back({kRun, {.ref = {0, "load", 1}, .status = "success", .message = "fine", .total = 3}});
    lake().Apply(batch);
    lake().Apply(LogBatch(Lines(0, 2), "other"));
    EXPECT_EQ(lake().SettleSome(1), 1U);
    EXPECT_EQ(lake().SettleSome(10), 1U);
    EXPECT_EQ(lake().SettleSome(10), 0U);
    EXPECT_TRUE(
        here_.objects->Stat("org=org_1/dag=sales/date=2026-05-13/run=r%2F1/phase=load/attempt=1/metadata.parquet"));
}

TEST_F(LakeTest, ADamagedChunkIsNamedAndHurtsNobodyElse) {
    lake().Apply(LogBatch(Lines(0, 2000)));
    lake().Apply(LogBatch(Lines(0, 5), "other"));
    lake().SettleSome(2);
    const std::string key = ChunksOf().at(0).object_key;
    const std::string good = here_.objects->Get(key);
    const auto failure = [&] {
        try {
            Logs();
        } catch (const Error& failed) {
            EXPECT_EQ(failed.code(), ErrorCode::kStorage);
            EXPECT_TRUE(failed.detail().contains(key)) << failed.detail();
            EXPECT_FALSE(failed.detail().contains(folder_.path().string()));
            return std::string(failed.detail());
        }
        return std::string("nothing");
    };
    EXPECT_EQ(Logs().size(), 2000U);
    std::string flipped = good;
    flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 1);
    here_.objects->Put(key, flipped);
    EXPECT_TRUE(failure().contains("not those that were written"));
    here_.objects->Put(key, good.substr(0, good.size() / 2));
    EXPECT_TRUE(failure().contains("bytes instead of"));
    here_.objects->Delete(key);
    EXPECT_TRUE(failure().contains("missing"));
    EXPECT_THROW(lake().ReadPage({.ref = Ref(), .keyword = "line"}), Error);
    EXPECT_EQ(Logs({}, "other").size(), 5U);
    here_.objects->Put(key, good);
    EXPECT_EQ(Logs().size(), 2000U);
}

TEST_F(LakeTest, FolderNamesThatLookLikePatternsAreOnlyNames) {
    const std::filesystem::path odd = folder_.path() / "we[i]rd *?'\" {x}";
    std::filesystem::create_directories(odd);
    LakeOn there(odd);
    there.lake->Apply(LogBatch(Lines(0, 5)));
    ASSERT_EQ(there.lake->SettleSome(1), 1U);
    EXPECT_EQ(there.lake->ReadPage({.ref = {1, "load", 1}, .keyword = "LINE"}).total, 5);
}

TEST_F(LakeTest, OrphansGoAndChunksStay) {
    lake().Apply(LogBatch(Lines(0, 5)));
    lake().SettleSome(1);
    const std::string orphan = ChunksOf().at(0).object_key + "_1.parquet";
    here_.objects->Put(orphan, "left by a writer that was killed");
    EXPECT_EQ(lake().ClearOrphans(), 0U);  // too young
    LakeOn later(folder_.path(), {.orphan_age_s = -60});
    EXPECT_EQ(later.lake->ClearOrphans(), 1U);
    EXPECT_FALSE(here_.objects->Stat(orphan));
    EXPECT_EQ(Logs().size(), 5U);
}

TEST_F(LakeTest, ReadersNeverSeeARowTwiceOrNotAtAllWhileOthersSettle) {
    lake().Apply(LogBatch(Lines(0, 1)));
    const model::PhaseRef ref = Ref();
    std::atomic<bool> done = false;
    std::atomic<int64_t> written = 1;
    std::thread writer([&] {
        for (int i = 1; i < 120; ++i) {
            lake().Apply(LogBatch(Lines(i * 10, i % 7 + 1)));
            written += i % 7 + 1;
        }
        done = true;
    });
    std::vector<std::thread> settlers;
    for (int i = 0; i < 2; ++i)
        settlers.emplace_back([&] {
            while (!done) lake().Settle(ref);
        });
    const auto check = [&] {
        const int64_t at_least = written;
        int64_t next = 0;
        lake().ReadLogs(ref, {}, [&](std::span<const model::LogRow> slice) {
            for (const model::LogRow& row : slice) EXPECT_EQ(row.row, next++);
            return true;
        });
        EXPECT_GE(next, at_least);
        EXPECT_GE(lake().ReadPage({.ref = ref, .limit = 1, .keyword = "line"}).total, at_least);
    };
    while (!done) check();
    writer.join();
    for (std::thread& settler : settlers) settler.join();
    check();
    lake().Settle(ref);
    EXPECT_EQ(Logs().size(), static_cast<size_t>(written));
    EXPECT_EQ(here_.objects->List("org=").size(), ChunksOf().size());
}

TEST_F(LakeTest, AFullDiskIsSaidAndNothingIsLost) {
    const std::vector<model::LogRow> rows = Lines(0, 5000);
    Database database({.memory_limit_bytes = int64_t{256} << 20, .threads = 1, .connections = 1});
    LogSource source(rows, 0);
    try {
        WriteParquet(database, source, "/dev/full", 16384);
        FAIL();
    } catch (const Error& failed) {
        EXPECT_EQ(failed.code(), ErrorCode::kStorageFull);
        EXPECT_FALSE(failed.detail().contains("/dev"));
    }
}

TEST_F(LakeTest, LinesOfAMegabyteFitIntoTheMemoryLimit) {
    LakeOn tight(folder_.path(), {.memory_limit_bytes = int64_t{256} << 20});
    for (int i = 0; i < 5; ++i) {
        std::vector<model::LogRow> rows = Lines(i * 20, 20);
        for (model::LogRow& row : rows) row.message += std::string(1 << 20, static_cast<char>('a' + i)) + "NEEDLE";
        tight.lake->Apply(LogBatch(rows));
    }
    EXPECT_TRUE(tight.lake->Settle(Ref()));
    EXPECT_GT(ChunksOf().size(), 1U);
    size_t bytes = 0;
    tight.lake->ReadLogs(Ref(), {}, [&](std::span<const model::LogRow> slice) {
        for (const model::LogRow& row : slice) bytes += row.message.size();
        return true;
    });
    EXPECT_GT(bytes, size_t{100} << 20);
    EXPECT_EQ(tight.lake->ReadPage({.ref = Ref(), .offset = 90, .limit = 2, .keyword = "needle"}).total, 100);
}

// The child is another process with a store and a DuckDB of its own; it is made before this one has threads.
TEST(TwoProcessesTest, WriteAndSettleOnePhaseTogether) {
    const TempFolder folder;
    LakeOn(folder.path()).lake->Apply(LogBatch({Log("first")}));
    const auto work = [&] {
        LakeOn here(folder.path(), {.chunk_rows_min = 50});
        for (int i = 0; i < 20; ++i) {
            here.lake->Apply(LogBatch(Lines(0, i % 4 == 0 ? 50 : 3)));
            here.lake->SettleSome(1);
        }
    };
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        int code = 1;
        try {
            work();
            code = 0;
        } catch (const std::exception& failed) {
            fprintf(stderr, "child: %s\n", failed.what());
        }
        _exit(code);
    }
    work();
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    LakeOn after(folder.path());
    int64_t next = 0;
    const model::PhaseRef ref{after.store->runs().FindRun(kScope.org, kScope.deployment, kRun.dag_id, kRun.run_id)->key,
                              "load", 1};
    after.lake->ReadLogs(ref, {}, [&](std::span<const model::LogRow> slice) {
        for (const model::LogRow& row : slice) EXPECT_EQ(row.row, next++);
        return true;
    });
    EXPECT_EQ(next, 1 + 2 * (5 * 50 + 15 * 3));
}

}  // namespace
}  // namespace dagy::lake
