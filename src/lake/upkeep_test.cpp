// Merging, deleting, checking and copying: readers notice nothing, and nothing is left behind.
#include "lake/upkeep.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/error.h"
#include "lake/lake_fixture.h"

namespace dagy::lake {
namespace {

using model::RecordKind;

const Tell kSilent = [](const json::object&) { return true; };

class UpkeepTest : public LakeTest {
  protected:
    Upkeep& upkeep() { return lake().upkeep(); }

    /// Each batch becomes a chunk of its own.
    void ApplyAndSettle(const model::Batch& batch) {
        lake().Apply(batch);
        lake().SettleSome(10);
    }
    void LogChunks(int chunks, int rows, const std::string& phase = "load") {
        for (int c = 0; c < chunks; ++c) {
            std::vector<model::LogRow> lines;
            for (int r = 0; r < rows; ++r)
                lines.push_back(Log("line " + std::to_string(c) + "." + std::to_string(r),
                                    r % 3 == 0 ? model::Level::kError : model::Level::kInfo));
            ApplyAndSettle(LogBatch(lines, phase));
        }
    }
    std::vector<std::string> Keys() {
        std::vector<std::string> keys;
        for (const objects::ObjectInfo& object : here_.objects->List("org=")) keys.push_back(object.key);
        return keys;
    }
    CheckReport Checked(std::vector<json::object>* told = nullptr) {
        return upkeep().Check({.org = kScope.org}, [&](const json::object& one) {
            if (told != nullptr) told->push_back(one);
            return true;
        });
    }
    void EndRun() {
        model::Batch batch{.scope = kScope, .runs = {StoredRun()}};
        batch.runs[0].state = model::RunState::kSucceeded;
        batch.runs[0].started_at = ParseTime("2026-05-13T00:00:00Z");
        batch.runs[0].ended_at = ParseTime("2026-05-13T01:00:00Z");
        lake().Apply(batch);
    }
};

TEST_F(UpkeepTest, MergedLogsReadTheSame) {
    LogChunks(9, 40);
    const std::vector<std::string> before = Logs();
    const std::string page = Shown({.offset = 100, .limit = 50, .keyword = "LINE"});
    ASSERT_EQ(ChunksOf().size(), 9U);
    const CompactReport report = upkeep().Compact({.org = kScope.org}, kSilent);
    EXPECT_EQ(report.merges, 1);
    EXPECT_EQ(report.chunks_before, 9);
    EXPECT_EQ(report.rows, 360);
    ASSERT_EQ(ChunksOf().size(), 1U);
    EXPECT_TRUE(ChunksOf()[0].object_key.ends_with("/logs_009.parquet")) << "a name is not used for other rows";
    EXPECT_EQ(Logs(), before);
    EXPECT_EQ(Shown({.offset = 100, .limit = 50, .keyword = "LINE"}), page);
    EXPECT_EQ(upkeep().Compact({.org = kScope.org}, kSilent).merges, 0);
    LogChunks(1, 1);
    EXPECT_TRUE(ChunksOf().back().object_key.ends_with("/logs_010.parquet"));
}

TEST_F(UpkeepTest, ColumnsThatChangedBetweenChunksAreReconciled) {
    ApplyAndSettle(LogBatch({Log("x")}));
    const std::vector<std::vector<std::string_view>> chunks = {
        {R"({"id": 1, "amount": 5, "at": "2026-01-01T00:00:00+02:00"})", R"({"id": 2, "amount": 6})"},
        {R"({"id": 3, "amount": 0.5, "nested": {"a": [1, 2.5, null]}})", R"({"id": 9007199254740993, "amount": null})"},
        {R"({"id": "four", "amount": "12.10", "new column ü": true})", R"({"AMOUNT": 7, "": 1, "_row": "mine"})"},
        {R"({"nothing": null})", R"({})"}};
    for (const auto& rows : chunks) ApplyAndSettle(DataBatch(rows));
    const std::vector<std::string> before = Data();
    const std::string page = Shown({.kind = RecordKind::kData, .limit = 50});
    const std::string found = Shown({.kind = RecordKind::kData, .limit = 50, .keyword = "12.1"});
    ASSERT_EQ(ChunksOf("load", RecordKind::kData).size(), 4U);
    EXPECT_EQ(upkeep().Compact({}, kSilent).merges, 0) << "no organization, no runs";
    EXPECT_EQ(upkeep().Compact({.org = kScope.org}, kSilent).merges, 1);
    EXPECT_EQ(ChunksOf("load", RecordKind::kData).size(), 1U);
    EXPECT_EQ(Data(), before);
    EXPECT_EQ(Shown({.kind = RecordKind::kData, .limit = 50}), page);
    EXPECT_EQ(Shown({.kind = RecordKind::kData, .limit = 50, .keyword = "12.1"}), found);
}

TEST_F(UpkeepTest, ErrorsAndOtherPhasesAreMergedForThemselves) {
    model::Batch batch = LogBatch({Log("a")});
    batch.records.push_back({.run = kRun,
                             .phase = "load",
                             .kind = RecordKind::kError,
                             .errors = {{.error_type = "KeyError", .error_title = "x", .error_status = 7}}});
    for (int i = 0; i < 3; ++i) ApplyAndSettle(batch);
    LogChunks(2, 5, "other");
    const std::string errors = Shown({.kind = RecordKind::kError, .limit = 10});
    EXPECT_EQ(upkeep().Compact({.org = kScope.org}, kSilent).merges, 3);
    EXPECT_EQ(ChunksOf("load", RecordKind::kError).size(), 1U);
    EXPECT_EQ(ChunksOf("other").size(), 1U);
    EXPECT_EQ(Shown({.kind = RecordKind::kError, .limit = 10}), errors);
}

TEST_F(UpkeepTest, InTheBackgroundWhatPaysIsMergedStepByStep) {
    LogChunks(4, 10);
    LogChunks(4, 10, "other");
    EXPECT_TRUE(upkeep().CompactSome(1)) << "there is more to do";
    EXPECT_EQ(ChunksOf().size() + ChunksOf("other").size(), 5U);
    EXPECT_FALSE(upkeep().CompactSome(10));
    EXPECT_EQ(ChunksOf().size() + ChunksOf("other").size(), 2U);
    LogChunks(1, 3);
    EXPECT_FALSE(upkeep().CompactSome(10));
    EXPECT_EQ(ChunksOf().size(), 2U) << "40 rows are not rewritten for 3";
}

TEST_F(UpkeepTest, ReplacedChunksGoAfterTheirTime) {
    LogChunks(3, 10);
    upkeep().Compact({.org = kScope.org}, kSilent);
    EXPECT_EQ(upkeep().ClearGarbage(), 0U) << "somebody may be reading them";
    EXPECT_EQ(Keys().size(), 4U);
    LakeOn later(folder_.path(), {.garbage_age_s = -60});
    EXPECT_EQ(later.lake->upkeep().ClearGarbage(), 3U);
    EXPECT_EQ(Keys().size(), 1U);
    EXPECT_EQ(Logs().size(), 30U);
}

TEST_F(UpkeepTest, RowsTooBigForMemoryAreNotMerged) {
    for (int i = 0; i < 3; ++i) {
        std::vector<model::LogRow> rows;
        for (int r = 0; r < 40; ++r) rows.push_back(Log(std::string(1 << 20, static_cast<char>('a' + i))));
        ApplyAndSettle(LogBatch(rows));
    }
    LogChunks(2, 3);
    const CompactReport report = upkeep().Compact({.org = kScope.org}, kSilent);
    EXPECT_EQ(report.merges, 1);
    EXPECT_EQ(ChunksOf().size(), 3U);
    EXPECT_EQ(Logs().size(), 126U);
}

TEST_F(UpkeepTest, ReadersNoticeNothingWhileChunksAreMergedAndDeleted) {
    LakeOn busy(folder_.path(), {.garbage_age_s = -60});
    LogChunks(1, 1);
    const model::PhaseRef ref = Ref();
    std::atomic<bool> done = false;
    std::atomic<int64_t> written = 1;
    std::thread writer([&] {
        for (int i = 1; i < 60; ++i) {
            busy.lake->Apply(LogBatch({Log("line a"), Log("line b")}));
            written += 2;
            busy.lake->Settle(ref);
        }
        done = true;
    });
    std::vector<std::thread> keepers;
    for (int i = 0; i < 2; ++i)
        keepers.emplace_back([&, i] {
            while (!done) {
                if (i == 0)
                    busy.lake->upkeep().CompactSome(4);
                else
                    busy.lake->upkeep().Compact({.org = kScope.org}, kSilent);
                busy.lake->upkeep().ClearGarbage();
            }
        });
    while (!done) {
        const int64_t at_least = written;
        int64_t next = 0;
        busy.lake->ReadLogs(ref, {}, [&](std::span<const model::LogRow> slice) {
            for (const model::LogRow& row : slice) EXPECT_EQ(row.row, next++);
            return true;
        });
        EXPECT_GE(next, at_least);
        EXPECT_GE(busy.lake->ReadPage({.ref = ref, .limit = 1, .keyword = "line"}).total, at_least);
        // Another process with a view of its own.
        EXPECT_GE(lake().ReadPage({.ref = ref, .limit = 1, .keyword = "line"}).total, at_least);
    }
    writer.join();
    for (std::thread& keeper : keepers) keeper.join();
    busy.lake->upkeep().Compact({.org = kScope.org}, kSilent);
    busy.lake->upkeep().ClearGarbage();
    EXPECT_EQ(Logs().size(), static_cast<size_t>(written));
    EXPECT_EQ(Keys().size(), ChunksOf().size());
    EXPECT_TRUE(Checked().Sound());
}

TEST_F(UpkeepTest, ADamagedChunkIsNotMergedAway) {
    LogChunks(3, 10);
    LogChunks(3, 10, "other");
    const std::string key = ChunksOf()[1].object_key;
    here_.objects->Put(key, "not what was written");
    std::vector<json::object> told;
    const CompactReport report = upkeep().Compact({.org = kScope.org}, [&](const json::object& one) {
        told.push_back(one);
        return true;
    });
    EXPECT_EQ(report.merges, 1);
    EXPECT_EQ(ChunksOf().size(), 3U);
    EXPECT_TRUE(std::ranges::any_of(told, [&](const json::object& one) {
        return one.at("kind") == "failed" && json::serialize(one).contains("logs_001.parquet");
    }));
    EXPECT_NO_THROW(upkeep().CompactSome(10));
}

TEST_F(UpkeepTest, ACheckNamesWhatIsWrong) {
    LogChunks(3, 10);
    LogChunks(1, 10, "other");
    EXPECT_TRUE(Checked().Sound());
    EXPECT_EQ(Checked().objects, 4);
    EXPECT_EQ(Checked().rows, 40);
    const std::string missing = ChunksOf()[0].object_key, flipped = ChunksOf()[1].object_key,
                      cut = ChunksOf()[2].object_key;
    here_.objects->Delete(missing);
    std::string bytes = here_.objects->Get(flipped);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    here_.objects->Put(flipped, bytes);
    here_.objects->Put(cut, here_.objects->Get(cut).substr(0, 100));
    std::vector<json::object> told;
    const CheckReport report = Checked(&told);
    EXPECT_EQ(report.damaged, 3);
    EXPECT_EQ(report.gaps, 0);
    std::string all;
    for (const json::object& one : told) all += json::serialize(one) + "\n";
    for (const std::string& key : {missing, flipped, cut}) EXPECT_TRUE(all.contains(json::serialize(json::value(key))));
    EXPECT_TRUE(all.contains("missing")) << all;
    EXPECT_TRUE(all.contains("not those that were written")) << all;
    EXPECT_TRUE(all.contains("has 100 bytes instead of")) << all;
}

TEST_F(UpkeepTest, ACheckFindsOrphans) {
    LogChunks(1, 10);
    here_.objects->Put(ChunksOf()[0].object_key + "_1.parquet", "left by a writer that was killed");
    here_.objects->Put("org=org_1/dag=gone/date=2026-01-01/run=x/phase=p/attempt=1/metadata.parquet", "derived");
    EXPECT_EQ(Checked().young, 2);
    LakeOn later(folder_.path(), {.orphan_age_s = -60});
    EXPECT_EQ(later.lake->upkeep().Check({.org = kScope.org}, kSilent).orphans, 2);
    EXPECT_EQ(later.lake->upkeep().Check({.org = "org_2"}, kSilent).orphans, 0);
    EXPECT_TRUE(later.lake->upkeep().Check({.org = kScope.org}, kSilent).Sound());
    EXPECT_EQ(later.lake->ClearOrphans(), 2U);
    EXPECT_EQ(Keys().size(), 1U);
}

TEST_F(UpkeepTest, ADeletedRunLeavesNoObject) {
    model::Batch batch = LogBatch({Log("a")});
    batch.phases.push_back({kRun, {.ref = {0, "load", 1}, .status = "success"}});
    ApplyAndSettle(batch);
    LogChunks(3, 10);
    upkeep().Compact({.org = kScope.org}, kSilent);
    lake().Apply(LogBatch({Log("pending")}));
    model::Batch other = LogBatch({Log("stays")});
    other.runs[0].run_id = other.records[0].run.run_id = "r/1x";
    ApplyAndSettle(other);
    EXPECT_GE(Keys().size(), 7U);
    EndRun();
    const model::Run run = *here_.store->runs().RunByKey(Ref().run_key);
    const store::DeletedRun deleted = upkeep().Delete(run, "request", {.org = kScope.org, .action = "delete"});
    EXPECT_EQ(deleted.rows, 32);
    ASSERT_EQ(Keys().size(), 1U);
    EXPECT_TRUE(Keys()[0].contains("r%2F1x"));
    EXPECT_TRUE(records().Garbage(Time::max(), 10).empty());
    EXPECT_EQ(lake().ReadPage({.ref = {run.key, "load", 1}}).total, 0);
    LogChunks(1, 5);
    EXPECT_EQ(Logs().size(), 5U) << "it may come again";
}

TEST_F(UpkeepTest, WhoReadsARunThatIsDeletedReadsOn) {
    LogChunks(3, 10);
    EndRun();
    const model::Run run = *here_.store->runs().RunByKey(Ref().run_key);
    int64_t rows = 0;
    lake().ReadLogs(Ref(), {}, [&](std::span<const model::LogRow> slice) {
        if (rows == 0) upkeep().Delete(run, "request", {.org = kScope.org});
        rows += static_cast<int64_t>(slice.size());
        return true;
    });
    EXPECT_EQ(rows, 30);
    LakeOn later(folder_.path(), {.garbage_age_s = -60});
    later.lake->upkeep().ClearGarbage();
    EXPECT_TRUE(Keys().empty());
}

TEST_F(UpkeepTest, OldRunsGoAndThoseInUseStay) {
    LogChunks(1, 5);
    EndRun();
    model::Batch running = LogBatch({Log("x")});
    running.runs[0].run_id = running.records[0].run.run_id = "running";
    running.runs[0].state = model::RunState::kRunning;
    running.runs[0].started_at = ParseTime("2026-05-13T00:00:00Z");
    ApplyAndSettle(running);
    const auto retain = [&](const char* now, int64_t days, bool dry) {
        LakeOptions options;
        options.now = [now] { return *ParseTime(now); };
        LakeOn then(folder_.path(), options);
        return then.lake->upkeep().Retain({.scope = {.org = kScope.org}, .default_days = days, .dry_run = dry},
                                          kSilent);
    };
    EXPECT_EQ(retain("2026-06-30T00:00:00Z", 0, false).deleted, 0) << "off";
    EXPECT_EQ(retain("2026-06-12T00:00:00Z", 30, false).deleted, 0) << "too young";
    EXPECT_EQ(retain("2026-06-30T00:00:00Z", 30, true).deleted, 1);
    EXPECT_EQ(Keys().size(), 2U) << "a dry run only says";
    here_.store->upkeep().SetRetentionDays(kScope, "sales", 0, {.org = kScope.org});
    EXPECT_EQ(retain("2026-06-30T00:00:00Z", 30, false).deleted, 0) << "the dag keeps its runs for ever";
    here_.store->upkeep().SetRetentionDays(kScope, "sales", 10, {.org = kScope.org});
    const int64_t key = Ref().run_key;
    here_.lake->ReadLogs(Ref(), {}, [&](std::span<const model::LogRow>) {
        LakeOptions options;
        const RetainReport report = upkeep().Retain({.scope = {.org = kScope.org}, .default_days = 30}, kSilent);
        EXPECT_EQ(report.deleted, 0);
        EXPECT_EQ(report.in_use, 1) << "it is being read";
        return true;
    });
    EXPECT_EQ(retain("2026-06-30T00:00:00Z", 30, false).deleted, 1);
    EXPECT_FALSE(here_.store->runs().RunByKey(key));
    EXPECT_EQ(Keys().size(), 1U);
    EXPECT_EQ(here_.store->identity().AuditEntries(kScope.org, 1).at(0).actor_type, "retention");
}

TEST_F(UpkeepTest, ADryRunSaysFromWhichTimeARunIsOld) {
    model::Batch batch{.scope = kScope, .runs = {StoredRun(), StoredRun(), StoredRun()}};
    batch.runs[0].started_at = batch.runs[0].logical_date;
    batch.runs[0].ended_at = ParseTime("2026-05-13T01:00:00Z");
    batch.runs[0].run_id = "ended";
    batch.runs[1].run_id = "dated";
    batch.runs[2].run_id = "timeless";
    batch.runs[2].logical_date = std::nullopt;
    here_.store->ingest().Apply(batch);
    LakeOptions options;
    options.now = [] { return *ParseTime("2100-01-01T00:00:00Z"); };
    LakeOn then(folder_.path(), options);
    std::map<std::string, std::string> from;
    then.lake->upkeep().Retain({.scope = {.org = kScope.org}, .default_days = 30, .dry_run = true},
                               [&](const json::object& line) {
                                   from[StringOr(line, "run_id")] = StringOr(line, "age_from");
                                   EXPECT_TRUE(ParseTime(StringOr(line, "age_from_time")));
                                   return true;
                               });
    EXPECT_EQ(from, (std::map<std::string, std::string>{
                        {"ended", "ended_at"}, {"dated", "logical_date"}, {"timeless", "recorded_at"}}));
    EXPECT_EQ(then.lake->upkeep().Retain({.scope = {.org = kScope.org}, .default_days = 30}, kSilent).deleted, 3);
    EXPECT_EQ(upkeep().Retain({.scope = {.org = kScope.org}, .default_days = 1}, kSilent).deleted, 0);
}

TEST_F(UpkeepTest, AnExportIsATarOfTheTree) {
    LogChunks(2, 10);
    lake().Apply(LogBatch({Log("pending")}));
    std::string tar;
    const ExportReport report = upkeep().Export({.org = kScope.org}, [&](std::string bytes) {
        tar += bytes;
        return true;
    });
    EXPECT_EQ(report.objects, 3);
    EXPECT_EQ(report.rows, 21);
    EXPECT_EQ(tar.size() % 512, 0U);
    for (const std::string& key : Keys()) EXPECT_TRUE(tar.contains(here_.objects->Get(key))) << key;
    EXPECT_TRUE(tar.contains("_dagy_export.json"));
    here_.objects->Delete(ChunksOf()[0].object_key);
    EXPECT_EQ(upkeep().Export({.org = kScope.org}, [](std::string) { return true; }).damaged.size(), 1U);
    EXPECT_EQ(upkeep().Export({.org = "org_2"}, [](std::string) { return true; }).objects, 0);
}

}  // namespace
}  // namespace dagy::lake
