/// What every IngestStore does.
#pragma once

#include <thread>

#include "contract/store_contract.h"
#include "store/pending_codec.h"

namespace dagy::store {

class IngestStoreContract : public StoreContract {
  protected:
    static model::Batch FullBatch() {
        model::Batch batch = BatchOf();
        model::DagVersion dag{
            .dag_id = "sales", .version = "1", .created_at = At("2026-05-01T00:00:00Z"), .source = "v1"};
        dag.tasks = {{.task_id = "extract", .downstream = {"load"}}, {.task_id = "load"}};
        batch.dags = {dag};
        batch.runs = {RunOf("sales", "r1", model::RunState::kFailed)};
        model::TaskAttempt attempt;
        attempt.task_id = "load";
        attempt.state = model::AttemptState::kFailed;
        batch.attempts = {{{"sales", "r1"}, attempt}};
        batch.phases = {{{"sales", "r1"}, {.ref = {0, "load", 1}, .status = "error", .message = "no", .total = 7}}};
        batch.links = {{.from_dag = "sales",
                        .from_run = "r1",
                        .from_task = "load",
                        .to_dag = "report",
                        .to_run = "r9",
                        .via = "trigger"}};
        batch.source_events = {
            {.event_id = "airflow:1", .ts = At("2026-05-12T00:00:00Z"), .event = "patch_connection"}};
        batch.facts = {
            {.kind = "pool", .key = "default", .body = {{"slots", 8}}, .seen_at = At("2026-05-13T01:00:00Z")}};
        batch.records = {LogsOf("sales", "r1", "load", 20)};
        batch.progress = {{.key = "airflow:log", .expected = std::nullopt, .next = "20"}};
        return batch;
    }
};

TEST_P(IngestStoreContract, EverythingOfABatchIsThere) {
    const ApplyResult result = ingest().Apply(FullBatch());
    EXPECT_TRUE(result.changed);
    EXPECT_EQ(result.records_added, 20);
    EXPECT_EQ(result.last_seq, events().LastSeq());
    const int64_t key = KeyOf("sales", "r1");
    ASSERT_NE(key, 0);
    EXPECT_EQ(runs().Attempts(key).size(), 1u);
    const auto phases = runs().Phases(key);
    ASSERT_EQ(phases.size(), 1u);
    EXPECT_EQ(phases[0].status, "error");
    EXPECT_EQ(phases[0].message, "no");
    EXPECT_EQ(phases[0].total, 7);
    EXPECT_EQ(phases[0].log_count, 20);
    EXPECT_EQ(phases[0].error_log_count, 2);
    EXPECT_EQ(runs().Links(kScope, "sales", "r1").size(), 1u);
    EXPECT_EQ(ingest().Progress(kScope, "airflow:log"), "20");
    EXPECT_FALSE(ingest().Progress(kOtherOrg, "airflow:log"));
}

TEST_P(IngestStoreContract, TheSameImportTwiceChangesNothing) {
    model::Batch batch = FullBatch();
    const int64_t seq = ingest().Apply(batch).last_seq;
    batch.records.clear();  // the importer leaves out what its mark covers
    batch.progress = {{.key = "airflow:log", .expected = "20", .next = "20"}};
    clock_.Set(clock_.Now() + std::chrono::hours(1));
    const ApplyResult again = ingest().Apply(batch);
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(again.last_seq, 0);
    EXPECT_EQ(events().LastSeq(), seq);
}

TEST_P(IngestStoreContract, AMarkThatDiffersAppliesNothing) {
    ingest().Apply(FullBatch());
    model::Batch batch = BatchOf();
    batch.records = {LogsOf("sales", "r1", "load", 5, 20)};
    batch.progress = {{.key = "airflow:log", .expected = "10", .next = "25"}};
    const ApplyResult result = ingest().Apply(batch);
    EXPECT_TRUE(result.progress_conflict);
    EXPECT_FALSE(result.changed);
    EXPECT_EQ(ingest().NextRow(kScope, {"sales", "r1"}, "load", 1, model::RecordKind::kLog), 20);
    batch.progress[0].expected = "20";
    EXPECT_FALSE(ingest().Apply(batch).progress_conflict);
    EXPECT_EQ(ingest().NextRow(kScope, {"sales", "r1"}, "load", 1, model::RecordKind::kLog), 25);
    EXPECT_EQ(ingest().Progress(kScope, "airflow:log"), "25");
}

TEST_P(IngestStoreContract, TwoImportersAtOnceTakeEachLineOnce) {
    const auto import = [&](Store& mine) {
        for (int line = 0; line < 40;) {
            const auto mark = mine.ingest().Progress(kScope, "log");
            line = mark ? std::stoi(*mark) : 0;
            if (line >= 40) break;
            model::Batch batch = BatchOf();
            batch.records = {LogsOf("sales", "r1", "load", 4, line)};
            batch.progress = {{.key = "log", .expected = mark, .next = std::to_string(line + 4)}};
            mine.ingest().Apply(batch);
        }
    };
    const auto second = holder_->Second();
    {
        std::jthread one([&] { import(store()); });
        std::jthread other([&] { import(*second); });
    }
    const auto view = records().View({KeyOf("sales", "r1"), "load", 1}, model::RecordKind::kLog);
    std::vector<std::string> messages;
    for (const auto& block : view.blocks)
        for (const auto& row : DecodeLogs(block.payload, block.first_row)) messages.push_back(row.message);
    ASSERT_EQ(messages.size(), 40u);
    for (size_t i = 0; i < messages.size(); ++i) EXPECT_EQ(messages[i], "line " + std::to_string(i));
}

TEST_P(IngestStoreContract, AnEventIdIsTakenOnce) {
    model::Batch batch = BatchOf();
    batch.records = {LogsOf("sales", "r1", "load", 3)};
    batch.event_ids = {{.id = "e1"}, {.id = "e2"}, {.id = "e3"}};
    EXPECT_TRUE(ingest().Apply(batch).seen.empty());
    batch.event_ids = {{.id = "e4"}, {.id = "e2"}, {.id = "e5"}, {.id = "e5"}};
    const ApplyResult again = ingest().Apply(batch);
    EXPECT_THAT(again.seen, ::testing::ElementsAre(1u, 3u)) << "known, and twice in one batch";
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(ingest().NextRow(kScope, {"sales", "r1"}, "load", 1, model::RecordKind::kLog), 3);
    batch.event_ids = {{.id = "e4"}, {.id = "e5"}};
    EXPECT_TRUE(ingest().Apply(batch).seen.empty()) << "nothing of the refused batch stayed";
    batch.scope = kOtherOrg;
    EXPECT_TRUE(ingest().Apply(batch).seen.empty()) << "ids are an organization's own";
}

TEST_P(IngestStoreContract, ARunThatIsOnlyNamedIsQueued) {
    model::Batch batch = BatchOf();
    batch.records = {LogsOf("new_dag", "only named", "t", 1)};
    ingest().Apply(batch);
    const auto run = runs().FindRun(kScope.org, kScope.deployment, "new_dag", "only named");
    ASSERT_TRUE(run);
    EXPECT_EQ(run->state, model::RunState::kQueued);
    EXPECT_EQ(runs().CountDags(kScope.org, {}), 1);
    EXPECT_THAT(EventKinds(), ::testing::ElementsAre("dag.created", "run.created", "records.appended"));
}

TEST_P(IngestStoreContract, EventsAreThereForRealChangesAlone) {
    ApplyRun(RunOf("d", "r", model::RunState::kRunning));
    EXPECT_THAT(EventKinds(), ::testing::ElementsAre("dag.created", "run.created", "run.state"));
    const int64_t seq = events().LastSeq();
    EXPECT_TRUE(ApplyRun(RunOf("d", "r", model::RunState::kFailed)).changed);
    EXPECT_THAT(EventKinds(seq), ::testing::ElementsAre("run.state"));
    EXPECT_EQ(events().Read(seq, 1).at(0).body.at("to"), "FAILED");
    EXPECT_FALSE(ApplyRun(RunOf("d", "r", model::RunState::kRunning)).changed) << "late: an end stands";
    EXPECT_EQ(runs().RunByKey(KeyOf("d", "r"))->state, model::RunState::kFailed);
}

TEST_P(IngestStoreContract, AnEarlierSnapshotThatComesLateSaysNothing) {
    model::Run early = RunOf("d", "r", model::RunState::kFailed), late = RunOf("d", "r", model::RunState::kFailed);
    early.observed_at = At("2026-05-13T01:00:00Z");
    late.observed_at = At("2026-05-13T03:00:00Z");
    model::Run between = RunOf("d", "r", model::RunState::kRunning);
    between.observed_at = At("2026-05-13T02:00:00Z");
    ApplyRun(early);
    EXPECT_FALSE(ApplyRun(late).changed);
    EXPECT_FALSE(ApplyRun(between).changed);
    EXPECT_EQ(runs().RunByKey(KeyOf("d", "r"))->state, model::RunState::kFailed);
}

TEST_P(IngestStoreContract, RowsAreNumberedOnOverBatchesAndKinds) {
    for (int i = 0; i < 3; ++i) {
        model::Batch batch = BatchOf();
        batch.records = {LogsOf("d", "r", "t", 10, i * 10)};
        model::RecordGroup errors{
            .run = {"d", "r"}, .phase = "t", .kind = model::RecordKind::kError, .errors = {{.error_type = "KeyError"}}};
        model::RecordGroup data{.run = {"d", "r"},
                                .phase = "t",
                                .kind = model::RecordKind::kData,
                                .data = {{0, {{"id", i}}}, {0, {{"id", i}}}}};
        batch.records.push_back(errors);
        batch.records.push_back(data);
        ingest().Apply(batch);
    }
    const auto phase = runs().Phases(KeyOf("d", "r")).at(0);
    EXPECT_EQ(phase.log_count, 30);
    EXPECT_EQ(phase.error_log_count, 3);
    EXPECT_EQ(phase.error_count, 3);
    EXPECT_EQ(phase.data_count, 6);
    EXPECT_EQ(ingest().NextRow(kScope, {"d", "r"}, "t", 1, model::RecordKind::kData), 6);
    EXPECT_EQ(ingest().NextRow(kScope, {"d", "none"}, "t", 1, model::RecordKind::kData), 0);
    int64_t next = 0;
    for (const auto& block : records().View({KeyOf("d", "r"), "t", 1}, model::RecordKind::kLog).blocks) {
        EXPECT_EQ(block.first_row, next);
        next += block.rows;
    }
    EXPECT_EQ(next, 30);
}

TEST_P(IngestStoreContract, BigGroupsBecomeBlocksOfBoundedSize) {
    model::Batch batch = BatchOf();
    batch.records = {LogsOf("d", "r", "t", 20'000)};
    batch.records[0].logs[5].message = std::string(size_t{20} << 20, 'x');
    EXPECT_EQ(ingest().Apply(batch).records_added, 20'000);
    const auto view = records().View({KeyOf("d", "r"), "t", 1}, model::RecordKind::kLog);
    int64_t next = 0;
    for (const auto& block : view.blocks) {
        EXPECT_EQ(block.first_row, next);
        EXPECT_LE(block.rows, 8192);
        for (const auto& row : DecodeLogs(block.payload, block.first_row)) {
            EXPECT_TRUE(row.row == 5 || row.message == "line " + std::to_string(row.row)) << row.row;
        }
        next += block.rows;
    }
    EXPECT_EQ(next, 20'000);
}

TEST_P(IngestStoreContract, AChunkIsRegisteredWhereItsRowsBelong) {
    const NewChunk chunk{.run = {"d", "r"},
                         .phase = "t",
                         .object_key = "k1",
                         .rows = 100,
                         .error_log_rows = 4,
                         .bytes = 10,
                         .sha256 = "s"};
    EXPECT_EQ(ingest().Apply(BatchOf(), {chunk}).records_added, 100);
    EXPECT_EQ(runs().Phases(KeyOf("d", "r")).at(0).error_log_count, 4);
    NewChunk late = chunk;
    late.object_key = "k2";
    model::Batch batch = BatchOf();
    batch.runs = {RunOf("d", "other")};
    EXPECT_EQ(CodeOf([&] { ingest().Apply(batch, {late}); }), ErrorCode::kConflict) << "row 0 is taken";
    EXPECT_EQ(KeyOf("d", "other"), 0) << "all or nothing";
    late.first_row = 100;
    batch.records = {LogsOf("d", "r", "t", 7)};
    ingest().Apply(batch, {late});
    const auto view = records().View({KeyOf("d", "r"), "t", 1}, model::RecordKind::kLog);
    ASSERT_EQ(view.chunks.size(), 2u);
    EXPECT_EQ(view.chunks[1].first_row, 100);
    ASSERT_EQ(view.blocks.size(), 1u);
    EXPECT_EQ(view.blocks[0].first_row, 200) << "pending rows come after the batch's chunks";
}

TEST_P(IngestStoreContract, AnOverwrittenSourceIsKeptAsAFact) {
    ingest().Apply(FullBatch());
    model::Batch batch = BatchOf();
    batch.dags = {{.dag_id = "sales", .version = "1", .source = "v2"}};
    EXPECT_TRUE(ingest().Apply(batch).changed);
    const auto dag = runs().Dag(kScope, "sales");
    ASSERT_TRUE(dag);
    EXPECT_EQ(dag->source, "v2");
    EXPECT_EQ(dag->tasks.size(), 2u) << "what the source left out stays";
    EXPECT_EQ(runs().DagVersions(kScope, "sales").size(), 1u);
    const auto former = runs().Facts(kScope, "dag_source", true);
    ASSERT_EQ(former.size(), 1u);
    EXPECT_EQ(former[0].key, "sales@1");
    EXPECT_EQ(former[0].body.at("source"), "v1");
    EXPECT_FALSE(ingest().Apply(batch).changed);
}

TEST_P(IngestStoreContract, AFactGetsAVersionOnlyWhenItDiffers) {
    const auto apply = [&](int slots, const char* seen) {
        model::Batch batch = BatchOf();
        batch.facts = {{.kind = "pool", .key = "p", .body = {{"slots", slots}, {"name", "p"}}, .seen_at = At(seen)}};
        return ingest().Apply(batch).changed;
    };
    EXPECT_TRUE(apply(8, "2026-05-01T00:00:00Z"));
    EXPECT_FALSE(apply(8, "2026-05-02T00:00:00Z"));
    EXPECT_TRUE(apply(4, "2026-05-03T00:00:00Z"));
    EXPECT_FALSE(apply(8, "2026-05-02T00:00:00Z")) << "an old export again";
    EXPECT_EQ(runs().Facts(kScope, "pool", true).size(), 2u);
    ASSERT_EQ(runs().Facts(kScope, "pool").size(), 1u);
    EXPECT_EQ(runs().Facts(kScope, "pool")[0].body.at("slots"), 4);
    EXPECT_TRUE(runs().Facts(kOtherOrg, "pool").empty());
}

TEST_P(IngestStoreContract, OddIdsAreKeptAsTheyCame) {
    for (const std::string& id :
         {std::string("a b/c\"'%_..\\"), std::string("日本é"), std::string(250, 'x'), std::string("nul\0in", 6)}) {
        model::Batch batch = BatchOf();
        batch.runs = {RunOf(id, id)};
        batch.records = {LogsOf(id, id, id, 1)};
        ingest().Apply(batch);
        const auto run = runs().FindRun(kScope.org, {}, id, id);
        ASSERT_TRUE(run) << id;
        EXPECT_EQ(run->run_id, id);
        EXPECT_EQ(runs().Runs({.org = kScope.org, .dag_id = id, .run_ids = {id}}).runs.size(), 1u) << id;
        EXPECT_EQ(runs().Phases(run->key).at(0).ref.phase, id);
    }
}

}  // namespace dagy::store
