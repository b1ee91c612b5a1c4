/// What every UpkeepStore does.
#pragma once

#include "contract/store_contract.h"

namespace dagy::store {

class UpkeepStoreContract : public StoreContract {
  protected:
    UpkeepStore& upkeep() { return store().upkeep(); }
    static RunDeletion Of(int64_t run_key) {
        return {.run_key = run_key, .reason = "request", .audit = {.org = "org_a", .action = "delete"}};
    }
    /// A run with records, a task, a link, an event of its source, a mark and a diagnosis.
    void ApplyWhole(const std::string& run_id) {
        model::Batch batch = BatchOf();
        batch.runs = {RunOf("d", run_id)};
        batch.attempts = {
            {.run = {"d", run_id}, .attempt = {.task_id = "t", .state = model::AttemptState::kSucceeded}}};
        batch.links = {{.from_dag = "d", .from_run = run_id, .to_dag = "other", .to_run = "x", .via = "trigger"}};
        batch.source_events = {{.event_id = "e " + run_id,
                                .ts = At("2026-05-13T00:00:00Z"),
                                .event = "success",
                                .dag_id = "d",
                                .run_id = run_id}};
        batch.progress = {{.key = "log:" + run_id + "|t", .next = "5"}};
        batch.records = {LogsOf("d", run_id, "t", 10)};
        ingest().Apply(batch);
        bool created = false;
        const auto diagnosis = store().diagnoses().CreateOrJoin({.scope = kScope, .dag_id = "d", .run_id = run_id},
                                                                false, false, clock_.Now(), &created);
        store().diagnoses().Advance(diagnosis.id, model::DiagnosisState::kRunning, {{.event = "text_delta"}}, {}, "h",
                                    clock_.Now());
        diagnosis_ = diagnosis.id;
    }
    void EndDiagnosis() {
        store().diagnoses().Advance(diagnosis_, model::DiagnosisState::kCompleted, {{.event = "end"}}, "{}", "h",
                                    clock_.Now());
    }
    void SettleAs(const std::string& run_id, const std::string& object_key) {
        const model::PhaseRef ref{KeyOf("d", run_id), "t", 1};
        const RecordView view = records().View(ref, model::RecordKind::kLog);
        records().Settle(ref, model::RecordKind::kLog,
                         {.object_key = object_key,
                          .first_row = view.blocks.at(0).first_row,
                          .rows = view.blocks.at(0).rows,
                          .sha256 = "abc"},
                         {view.blocks[0].id});
    }
    std::string diagnosis_;
};

TEST_P(UpkeepStoreContract, ADeletedRunLeavesNothingBehind) {
    ApplyWhole("r");
    ApplyWhole("stays");
    EndDiagnosis();
    SettleAs("r", "k/0");
    SettleAs("stays", "k/1");
    clock_.Set(clock_.Now() + std::chrono::hours(1));  // the other diagnosis never ended: its process is gone
    const int64_t key = KeyOf("d", "r");
    const int64_t last = events().LastSeq();
    RunDeletion deletion = Of(key);
    deletion.objects = {"k/metadata", "k/1"};
    deletion.mark_prefixes = {"log:r|"};
    const DeletedRun deleted = upkeep().DeleteRun(deletion);
    EXPECT_EQ(deleted.rows, 10);
    EXPECT_EQ(deleted.attempts, 1);
    EXPECT_EQ(deleted.diagnoses, 1);
    EXPECT_THAT(deleted.objects, ::testing::ElementsAre("k/0", "k/metadata")) << "another run's chunk stays its own";
    EXPECT_EQ(KeyOf("d", "r"), 0);
    EXPECT_FALSE(runs().RunByKey(key));
    EXPECT_TRUE(runs().Attempts(key).empty());
    EXPECT_TRUE(runs().Phases(key).empty());
    EXPECT_TRUE(runs().Links(kScope, "d", "r").empty());
    EXPECT_TRUE(records().ChunksOfRun(key).empty());
    EXPECT_TRUE(records().UnfilteredRuns(0, 10).empty() || records().UnfilteredRuns(0, 10).front() != key);
    EXPECT_FALSE(ingest().Progress(kScope, "log:r|t"));
    EXPECT_FALSE(store().diagnoses().LatestResult(kScope, "d", "r"));
    for (const auto& event : runs().SourceEvents(kScope, "d", At("2026-05-01T00:00:00Z"), clock_.Now(), 100))
        EXPECT_EQ(event.run_id, "stays");
    EXPECT_THAT(EventKinds(last), ::testing::ElementsAre("run.deleted"));
    const AuditEntry audit = store().identity().AuditEntries("org_a", 1).at(0);
    EXPECT_EQ(audit.action, "delete");
    EXPECT_EQ(audit.before.at("rows"), 10);

    EXPECT_EQ(runs().Runs({.org = "org_a", .dag_id = "d"}).total, 1);
    EXPECT_EQ(runs().Attempts(KeyOf("d", "stays")).size(), 1u);
    EXPECT_TRUE(ingest().Progress(kScope, "log:stays|t"));
    EXPECT_EQ(records().ChunksOfRun(KeyOf("d", "stays")).size(), 1u);
    EXPECT_EQ(CodeOf([&] { upkeep().DeleteRun(Of(key)); }), ErrorCode::kNotFound);
}

TEST_P(UpkeepStoreContract, ADeletedRunMayComeAgain) {
    ApplyRun(RunOf("d", "r"));
    const int64_t before = KeyOf("d", "r");
    upkeep().DeleteRun(Of(before));
    EXPECT_EQ(runs().Dags("org_a", {}, 0, 9).at(0).last_success_at, std::nullopt);
    ApplyRun(RunOf("d", "r"));
    EXPECT_GT(KeyOf("d", "r"), before) << "an old key never means a new run";
    EXPECT_EQ(runs().Dags("org_a", {}, 0, 9).at(0).runs, 1);
    EXPECT_TRUE(runs().Dags("org_a", {}, 0, 9).at(0).last_success_at);
}

TEST_P(UpkeepStoreContract, ARunInUseStays) {
    ApplyRun(RunOf("d", "running", model::RunState::kRunning));
    EXPECT_EQ(CodeOf([&] { upkeep().DeleteRun(Of(KeyOf("d", "running"))); }), ErrorCode::kConflict);
    ApplyWhole("diagnosed");
    EXPECT_THAT(upkeep().InUse(KeyOf("d", "diagnosed")), ::testing::HasSubstr(diagnosis_));
    EXPECT_EQ(CodeOf([&] { upkeep().DeleteRun(Of(KeyOf("d", "diagnosed"))); }), ErrorCode::kConflict);
    EndDiagnosis();
    EXPECT_EQ(upkeep().InUse(KeyOf("d", "diagnosed")), "");
    model::Batch late = BatchOf();
    late.attempts = {{.run = {"d", "diagnosed"}, .attempt = {.task_id = "u", .state = model::AttemptState::kRunning}}};
    ingest().Apply(late);
    EXPECT_THAT(upkeep().InUse(KeyOf("d", "diagnosed")), ::testing::HasSubstr("`u`"));
    EXPECT_EQ(runs().Runs({.org = "org_a", .dag_id = "d"}).total, 2);
}

TEST_P(UpkeepStoreContract, ADagKeepsItsRunsAsLongAsItSays) {
    ApplyRun(RunOf("d", "r"));
    ApplyRun(RunOf("e", "r"), kOtherOrg);
    EXPECT_FALSE(upkeep().RetentionDays(kScope, "d"));
    upkeep().SetRetentionDays(kScope, "d", 30, {.org = "org_a", .action = "update"});
    EXPECT_EQ(upkeep().RetentionDays(kScope, "d"), 30);
    EXPECT_EQ(store().identity().AuditEntries("org_a", 9).size(), 1u);
    EXPECT_EQ(upkeep().KeptDags("org_a").size(), 1u);
    ASSERT_EQ(upkeep().KeptDags({}).size(), 2u);
    EXPECT_EQ(upkeep().KeptDags({}).at(0).days, 30);
    EXPECT_FALSE(upkeep().KeptDags({}).at(1).days);
    upkeep().SetRetentionDays(kScope, "d", 0, {.org = "org_a", .action = "update"});
    EXPECT_EQ(upkeep().RetentionDays(kScope, "d"), 0);
    upkeep().SetRetentionDays(kScope, "d", {}, {.org = "org_a", .action = "update"});
    EXPECT_FALSE(upkeep().RetentionDays(kScope, "d"));
}

TEST_P(UpkeepStoreContract, OldRunsAreThoseThatBeganAndEndedBefore) {
    ApplyRun(RunOf("d", "b", model::RunState::kFailed, "2026-03-02T00:00:00Z"));
    ApplyRun(RunOf("d", "a", model::RunState::kSucceeded, "2026-03-01T00:00:00Z"));
    ApplyRun(RunOf("d", "runs", model::RunState::kRunning, "2026-03-01T00:00:00Z"));
    model::Run late = RunOf("d", "late", model::RunState::kSucceeded, "2026-03-01T00:00:00Z");
    late.ended_at = At("2026-05-30T00:00:00Z");
    ApplyRun(late);
    model::Run timeless;
    timeless.dag_id = "d";
    timeless.run_id = "timeless";
    ApplyRun(timeless);
    for (const char* day : {"2026-03-31", "2026-04-01"}) {
        model::Run dated;
        dated.dag_id = "d";
        dated.run_id = day;
        dated.logical_date = At((day + std::string("T00:00:00Z")).c_str());
        ApplyRun(dated);
    }
    model::Run ended;
    ended.dag_id = "d";
    ended.run_id = "ended";
    ended.state = model::RunState::kSucceeded;
    ended.ended_at = At("2026-04-01T13:00:00Z");
    ApplyRun(ended);
    const Time before = At("2026-04-01T12:00:00Z");
    const auto found = upkeep().RunsBefore(kScope, "d", before, {}, 10);
    ASSERT_EQ(found.size(), 3u) << "the one without any time was recorded just now";
    EXPECT_EQ(found[0].run_id, "2026-03-31");
    EXPECT_EQ(found[1].run_id, "a");
    EXPECT_EQ(upkeep().RunsBefore(kScope, "d", before, {Time{}, found[0].key}, 10).size(), 2u);
    const auto next = upkeep().RunsBefore(kScope, "d", before, {*found[1].started_at, found[1].key}, 10);
    ASSERT_EQ(next.size(), 1u);
    EXPECT_EQ(next[0].run_id, "b");
    EXPECT_TRUE(upkeep().RunsBefore(kOtherOrg, "d", before, {}, 10).empty());
    EXPECT_EQ(upkeep().RunsBefore(kScope, "d", At("2026-04-01T14:00:00Z"), {}, 10).size(), 4u) << "an end is enough";
}

TEST_P(UpkeepStoreContract, ARunWithoutAnyTimeGrowsOldFromWhenItWasRecorded) {
    model::Run timeless;
    timeless.dag_id = "d";
    timeless.run_id = "timeless";
    timeless.recorded_at = At("2001-01-01T00:00:00Z");
    const Time recorded = clock_.Now();
    ApplyRun(timeless);
    clock_.Set(recorded + std::chrono::hours(5));
    timeless.dag_version = "2";
    ApplyRun(timeless);
    EXPECT_TRUE(upkeep().RunsBefore(kScope, "d", recorded, {}, 10).empty());
    const auto found = upkeep().RunsBefore(kScope, "d", recorded + std::chrono::seconds(1), {}, 10);
    ASSERT_EQ(found.size(), 1u) << "neither what a source says of it nor what comes later makes it older or younger";
    EXPECT_EQ(found[0].recorded_at, recorded);
    timeless.started_at = clock_.Now();
    ApplyRun(timeless);
    EXPECT_TRUE(upkeep().RunsBefore(kScope, "d", clock_.Now(), {}, 10).empty()) << "it has a time of its own now";
}

TEST_P(UpkeepStoreContract, NewChunksAreFoundOnce) {
    for (int i = 0; i < 2; ++i) {
        model::Batch batch = BatchOf();
        batch.records = {LogsOf("d", "r", "t", 10)};
        ingest().Apply(batch);
        SettleAs("r", "k/" + std::to_string(i));
        EXPECT_EQ(upkeep().NewChunks(0, 100).groups.size(), static_cast<size_t>(i)) << "one alone is nothing to merge";
    }
    const ChunkGroups found = upkeep().NewChunks(0, 100);
    ASSERT_EQ(found.groups.size(), 1u);
    EXPECT_EQ(found.groups[0].ref.phase, "t");
    EXPECT_EQ(found.groups[0].chunks, 2);
    EXPECT_TRUE(upkeep().NewChunks(found.last_chunk, 100).groups.empty());
    EXPECT_EQ(upkeep().NewChunks(found.last_chunk, 100).last_chunk, found.last_chunk);
    EXPECT_LT(upkeep().NewChunks(0, 1).last_chunk, found.last_chunk);
    EXPECT_EQ(upkeep().ChunkGroupsOfRun(KeyOf("d", "r")).size(), 1u);
    EXPECT_THAT(upkeep().Unregistered({"k/0", "k/7"}), ::testing::ElementsAre("k/7"));
    EXPECT_TRUE(upkeep().HasChunkUnder("k/"));
    EXPECT_FALSE(upkeep().HasChunkUnder("l/"));
}

}  // namespace dagy::store
