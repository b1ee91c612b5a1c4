/// What every RecordStore does.
#pragma once

#include "contract/store_contract.h"
#include "store/pending_codec.h"

namespace dagy::store {

class RecordStoreContract : public StoreContract {
  protected:
    /// Three blocks of ten log rows.
    model::PhaseRef ApplyThree() {
        for (int i = 0; i < 3; ++i) {
            model::Batch batch = BatchOf();
            batch.records = {LogsOf("d", "r", "t", 10, i * 10)};
            ingest().Apply(batch);
        }
        return {KeyOf("d", "r"), "t", 1};
    }
    RecordView Look(const model::PhaseRef& ref) { return records().View(ref, model::RecordKind::kLog); }
    static Chunk ChunkOf(const char* key, int64_t first, int64_t rows) {
        return {.object_key = key, .first_row = first, .rows = rows, .bytes = 5, .sha256 = "abc"};
    }
};

TEST_P(RecordStoreContract, SettlingMovesRowsFromBlocksToAChunk) {
    const auto ref = ApplyThree();
    const auto before = Look(ref);
    ASSERT_EQ(before.blocks.size(), 3u);
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/0", 0, 20), {before.blocks[0].id, before.blocks[1].id});
    const auto after = Look(ref);
    ASSERT_EQ(after.chunks.size(), 1u);
    EXPECT_EQ(after.chunks[0].object_key, "k/0");
    EXPECT_EQ(after.chunks[0].rows, 20);
    EXPECT_EQ(after.chunks[0].bytes, 5);
    EXPECT_EQ(after.chunks[0].sha256, "abc");
    ASSERT_EQ(after.blocks.size(), 1u);
    EXPECT_EQ(after.blocks[0].first_row, 20);
    EXPECT_EQ(DecodeLogs(after.blocks[0].payload, 20)[0].message, "line 20");
    EXPECT_EQ(records().View(ref, model::RecordKind::kLog, false).blocks[0].payload, "");
    EXPECT_EQ(ingest().NextRow(kScope, {"d", "r"}, "t", 1, model::RecordKind::kLog), 30);
}

TEST_P(RecordStoreContract, WhoSettlesSecondIsToldAndChangesNothing) {
    const auto ref = ApplyThree();
    const auto view = Look(ref);
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/0", 0, 10), {view.blocks[0].id});
    const auto second = [&] {
        records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/1", 0, 20), {view.blocks[1].id, view.blocks[0].id});
    };
    EXPECT_EQ(CodeOf(second), ErrorCode::kConflict);
    EXPECT_EQ(Look(ref).blocks.size(), 2u);
    EXPECT_EQ(Look(ref).chunks.size(), 1u);
}

TEST_P(RecordStoreContract, AChunkThatDoesNotHoldItsRowsIsRefused) {
    const auto ref = ApplyThree();
    const auto view = Look(ref);
    EXPECT_EQ(CodeOf([&] { records().Settle(ref, model::RecordKind::kLog, ChunkOf("k", 0, 9), {view.blocks[0].id}); }),
              ErrorCode::kInternal);
    EXPECT_EQ(CodeOf([&] { records().Settle(ref, model::RecordKind::kLog, ChunkOf("k", 0, 10), {view.blocks[1].id}); }),
              ErrorCode::kInternal);
    EXPECT_EQ(Look(ref).blocks.size(), 3u);
}

TEST_P(RecordStoreContract, ReplacedChunksBecomeGarbage) {
    const auto ref = ApplyThree();
    auto view = Look(ref);
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/0", 0, 10), {view.blocks[0].id});
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/1", 10, 20), {view.blocks[1].id, view.blocks[2].id});
    view = Look(ref);
    records().Replace(ref, model::RecordKind::kLog, {view.chunks[0].id, view.chunks[1].id}, ChunkOf("k/2", 0, 30));
    EXPECT_EQ(Look(ref).chunks.size(), 1u);
    EXPECT_TRUE(records().Garbage(clock_.Now(), 10).empty()) << "a reader may still hold them";
    const Time later = clock_.Now() + std::chrono::hours(1);
    EXPECT_THAT(records().Garbage(later, 10), ::testing::ElementsAre("k/0", "k/1"));
    records().ForgetGarbage({"k/0"});
    EXPECT_THAT(records().Garbage(later, 10), ::testing::ElementsAre("k/1"));
    EXPECT_EQ(
        CodeOf([&] { records().Replace(ref, model::RecordKind::kLog, {view.chunks[0].id}, ChunkOf("k/3", 0, 10)); }),
        ErrorCode::kConflict);
    EXPECT_THAT(records().Garbage(later, 10), ::testing::ElementsAre("k/1"));
}

TEST_P(RecordStoreContract, PendingPhasesAreWhatIsLeftToDo) {
    const auto ref = ApplyThree();
    model::Batch batch = BatchOf();
    batch.records = {
        {.run = {"d", "r"}, .phase = "t", .kind = model::RecordKind::kError, .errors = {{.error_type = "E"}}}};
    ingest().Apply(batch);
    const auto pending = records().PendingPhases(10);
    ASSERT_EQ(pending.size(), 2u);
    EXPECT_EQ(pending[0].ref, ref);
    EXPECT_EQ(pending[0].kind, model::RecordKind::kLog);
    EXPECT_EQ(pending[0].rows, 30);
    EXPECT_GT(pending[0].bytes, 0);
    EXPECT_EQ(pending[1].kind, model::RecordKind::kError);
    EXPECT_EQ(records().PendingPhases(1).size(), 1u);
    std::vector<int64_t> ids;
    for (const auto& block : Look(ref).blocks) ids.push_back(block.id);
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k", 0, 30), ids);
    EXPECT_EQ(records().PendingPhases(10).size(), 1u);
}

TEST_P(RecordStoreContract, SmallPhasesMayBeLeftOut) {
    const auto ref = ApplyThree();
    const int64_t bytes = records().PendingPhases(10).at(0).bytes;
    EXPECT_EQ(records().PendingPhases(10, bytes).size(), 1u);
    EXPECT_TRUE(records().PendingPhases(10, bytes + 1).empty());
}

TEST_P(RecordStoreContract, AFilterOfARunIsOfAllItsRowsOrOfNone) {
    const auto ref = ApplyThree();
    EXPECT_TRUE(records().UnfilteredRuns(0, 10).empty()) << "it has not ended";
    ApplyRun(RunOf("d", "r"));
    ApplyRun(RunOf("d", "bare"));
    EXPECT_THAT(records().UnfilteredRuns(0, 10), ::testing::ElementsAre(ref.run_key));
    EXPECT_TRUE(records().UnfilteredRuns(ref.run_key, 10).empty());
    records().SetRunFilters({{.run_key = ref.run_key, .rows = 29, .filter = "old"}});
    EXPECT_EQ(records().UnfilteredRuns(0, 10).size(), 1u) << "there are 30 rows by now";
    EXPECT_TRUE(records().RunFilters({ref.run_key}).empty());
    const std::string filter("f\0x", 3);
    records().SetRunFilters({{.run_key = ref.run_key, .rows = 30, .filter = filter}});
    EXPECT_TRUE(records().UnfilteredRuns(0, 10).empty());
    const auto kept = records().RunFilters({ref.run_key + 1, ref.run_key});
    ASSERT_EQ(kept.size(), 1u);
    EXPECT_EQ(kept[0].run_key, ref.run_key);
    EXPECT_EQ(kept[0].rows, 30);
    EXPECT_EQ(kept[0].filter, filter);

    model::Batch batch = BatchOf();
    batch.records = {LogsOf("d", "r", "t", 1)};
    ingest().Apply(batch);
    EXPECT_TRUE(records().RunFilters({ref.run_key}).empty());
    EXPECT_EQ(records().UnfilteredRuns(0, 10).size(), 1u);
    records().SetRunFilters({{.run_key = ref.run_key, .rows = 31}});
    EXPECT_TRUE(records().UnfilteredRuns(0, 10).empty()) << "there is none to be had";
    EXPECT_TRUE(records().RunFilters({ref.run_key}).empty());
}

TEST_P(RecordStoreContract, ChunksAreListedByPrefixAndRun) {
    const auto chunk = [](const char* run, const char* key) {
        return NewChunk{.run = {"d", run}, .phase = "t", .object_key = key, .rows = 1, .sha256 = "s"};
    };
    ingest().Apply(BatchOf(), {chunk("r1", "org=a/run=1/x"), chunk("r2", "org=a/run=2/日本"), chunk("r3", "org=ab/x")});
    EXPECT_EQ(records().Chunks("org=a/").size(), 2u);
    EXPECT_EQ(records().Chunks("org=a/run=2/").size(), 1u);
    EXPECT_EQ(records().Chunks("").size(), 3u);
    ASSERT_EQ(records().ChunksOfRun(KeyOf("d", "r3")).size(), 1u);
    EXPECT_EQ(records().ChunksOfRun(KeyOf("d", "r3"))[0].object_key, "org=ab/x");
}

TEST_P(RecordStoreContract, ARunIsSeenAsAWhole) {
    const auto ref = ApplyThree();
    model::Batch batch = BatchOf();
    batch.records = {LogsOf("d", "r", "a", 5),
                     {.run = {"d", "r"}, .phase = "t", .kind = model::RecordKind::kError, .errors = {{}}},
                     LogsOf("d", "other", "t", 5)};
    ingest().Apply(batch);
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/0", 0, 10), {Look(ref).blocks[0].id});
    const std::vector<PhaseRecords> parts = records().ViewOfRun(ref.run_key, 1 << 20);
    ASSERT_EQ(parts.size(), 3u);
    EXPECT_EQ(parts[0].ref, (model::PhaseRef{ref.run_key, "a", 1}));
    EXPECT_EQ(parts[1].ref, ref);
    EXPECT_EQ(parts[1].kind, model::RecordKind::kLog);
    ASSERT_EQ(parts[1].view.chunks.size(), 1u);
    EXPECT_EQ(parts[1].view.chunks[0].object_key, "k/0");
    ASSERT_EQ(parts[1].view.blocks.size(), 2u);
    EXPECT_EQ(parts[1].view.blocks[0].first_row, 10);
    EXPECT_EQ(DecodeLogs(parts[1].view.blocks[0].payload, 10)[0].message, "line 10");
    EXPECT_EQ(parts[2].kind, model::RecordKind::kError);
    EXPECT_TRUE(records().ViewOfRun(12345, 1 << 20).empty());
}

TEST_P(RecordStoreContract, BlocksOverTheBoundComeWithoutTheirBytes) {
    const auto ref = ApplyThree();
    const auto first = static_cast<int64_t>(Look(ref).blocks[0].payload.size());
    const auto parts = records().ViewOfRun(ref.run_key, first);
    ASSERT_EQ(parts.at(0).view.blocks.size(), 3u);
    EXPECT_FALSE(parts[0].view.blocks[0].payload.empty());
    EXPECT_TRUE(parts[0].view.blocks[1].payload.empty());
    EXPECT_EQ(parts[0].view.blocks[2].rows, 10);
}

TEST_P(RecordStoreContract, AChunkIsIndexedByItsFilterOrInTheFile) {
    const auto ref = ApplyThree();
    const auto view = Look(ref);
    Chunk small = ChunkOf("k/0", 0, 10);
    small.filter = std::string("f\0g", 3);
    records().Settle(ref, model::RecordKind::kLog, small, {view.blocks[0].id});
    EXPECT_TRUE(records().UnindexedPhases(0, 10).empty());
    records().Settle(ref, model::RecordKind::kLog, ChunkOf("k/1", 10, 20), {view.blocks[1].id, view.blocks[2].id});
    const auto unindexed = records().UnindexedPhases(0, 10);
    ASSERT_EQ(unindexed.size(), 1u);
    EXPECT_EQ(unindexed[0].ref, ref);
    EXPECT_FALSE(unindexed[0].ended);
    EXPECT_TRUE(records().UnindexedPhases(unindexed[0].key, 10).empty());
    const auto chunks = [&] { return records().ViewOfRun(ref.run_key, 0).at(0).view.chunks; };
    EXPECT_EQ(chunks()[0].indexed, Chunk::Indexed::kByFilter);
    EXPECT_EQ(chunks()[0].filter, small.filter);
    EXPECT_EQ(chunks()[1].indexed, Chunk::Indexed::kNo);
    EXPECT_EQ(Look(ref).chunks[0].indexed, Chunk::Indexed::kByFilter);
    records().SetIndexed({{chunks()[0].id, Chunk::Indexed::kNo, {}},
                          {chunks()[1].id, Chunk::Indexed::kInFile, {}},
                          {999, Chunk::Indexed::kByFilter, "gone"}});
    EXPECT_EQ(chunks()[0].indexed, Chunk::Indexed::kNo);
    EXPECT_EQ(chunks()[1].indexed, Chunk::Indexed::kInFile);
    EXPECT_EQ(records().UnindexedPhases(0, 10).size(), 1u);
    records().Replace(ref, model::RecordKind::kLog, {chunks()[0].id, chunks()[1].id}, ChunkOf("k/2", 0, 30));
    EXPECT_EQ(chunks()[0].indexed, Chunk::Indexed::kNo) << "what is merged is indexed anew";
    EXPECT_TRUE(chunks()[0].filter.empty());
}

TEST_P(RecordStoreContract, AnAttemptEndsWithItsStatusOrItsRun) {
    const auto unindexed = [&](const char* run, const char* status) {
        model::Batch batch = BatchOf();
        batch.runs.push_back(RunOf("d", run, model::RunState::kRunning));
        if (*status != '\0') batch.phases.push_back({{"d", run}, {.ref = {0, "t", 1}, .status = status}});
        ingest().Apply(batch, {{.run = {"d", run}, .phase = "t", .object_key = run, .rows = 1, .sha256 = "s"}});
        return records().UnindexedPhases(0, 100).back();
    };
    EXPECT_FALSE(unindexed("r1", "").ended);
    EXPECT_FALSE(unindexed("r2", "running").ended);
    EXPECT_TRUE(unindexed("r3", "success").ended);
    ApplyRun(RunOf("d", "r1", model::RunState::kFailed));
    EXPECT_TRUE(records().UnindexedPhases(0, 1).at(0).ended);
}

TEST_P(RecordStoreContract, APhaseThatIsNotThereIsEmpty) {
    const auto view = records().View({12345, "none", 1}, model::RecordKind::kLog);
    EXPECT_TRUE(view.blocks.empty());
    EXPECT_TRUE(view.chunks.empty());
}

}  // namespace dagy::store
