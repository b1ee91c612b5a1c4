// Step 6 of the schema gives what was there before it the rows that it would have got.
#include "store/sqlite/connections.h"
#include "store/sqlite/test_store.h"

namespace dagy::store {
namespace {

using Rows = std::vector<std::string>;

const std::string kSaid =
    "SELECT printf('%d/%d: %d %d %d |%s| %d %d %d %d |%s|%s|', run_key, phase, attempt, status, phase_key, total, "
    "log_count, error_log_count, error_count, data_count, coalesce(head, 'NULL'), message) FROM etl_phases ORDER BY 1";
const std::string kRecorded = "SELECT printf('%s %d', run_id, recorded_at) FROM runs ORDER BY 1";

class Schema6Test : public ::testing::Test {
  protected:
    void Apply(const model::Batch& batch) { holder_.store().ingest().Apply(batch); }
    static model::RecordGroup Data(const char* run, const char* phase, model::RecordKind kind, int rows, size_t bytes) {
        model::RecordGroup group{.run = {"d", run}, .phase = phase, .kind = kind};
        for (int i = 0; i < rows; ++i) group.data.push_back({.columns = {{"n", i}, {"text", std::string(bytes, 'x')}}});
        return group;
    }
    void ApplyAll() {
        using model::RecordKind;
        model::Batch batch{.scope = kScope};
        batch.records = {Data("short", "extract", RecordKind::kData, 3, 1),
                         Data("short", "event", RecordKind::kEvent, 1, 7),
                         Data("short", "event", RecordKind::kQueueData, 1, 8),
                         Data("long", "extract", RecordKind::kData, 120, 9),
                         Data("huge", "load", RecordKind::kData, 3, 200'000),
                         {.run = {"d", "logs"}, .phase = "load", .logs = {{.message = "m"}}}};
        batch.phases = {
            {{"d", "short"}, {.ref = {.phase = "extract"}, .status = "success", .message = "é", .total = 7}},
            {{"d", "said"}, {.ref = {.phase = "transform", .attempt = 3}, .status = "error"}}};
        batch.attempts = {{.run = {"d", "tasks"}, .attempt = {.task_id = "load"}}};
        Apply(batch);
        clock_.Set(At("2026-06-02T12:00:00Z"));
        batch = {.scope = kScope,
                 .runs = {{.dag_id = "e", .run_id = "dated", .started_at = At("2026-05-01T03:00:00Z")}}};
        Apply(batch);
    }
    void UndoStep() {
        sqlite::Database database(holder_.file(), sqlite::Database::Mode::kWrite);
        database.Run(
            "CREATE TABLE old (run_key INTEGER NOT NULL, phase INTEGER NOT NULL, attempt INTEGER NOT NULL, status "
            "INTEGER NOT NULL, phase_key INTEGER, PRIMARY KEY (run_key, phase)) STRICT, WITHOUT ROWID; INSERT INTO old "
            "SELECT run_key, phase, attempt, status, phase_key FROM etl_phases; DROP TABLE etl_phases; ALTER TABLE old "
            "RENAME TO etl_phases; ALTER TABLE runs DROP COLUMN recorded_at; DROP TABLE day_tallies; DROP TABLE "
            "untallied_days; DELETE FROM schema_version WHERE version > 5");
    }

    ManualClock clock_{At("2026-06-01T12:00:00Z")};
    SqliteHolder holder_{clock_};
};

TEST_F(Schema6Test, WhatWasThereReadsAsIfItCameLater) {
    ApplyAll();
    const Rows said = holder_.Read(kSaid), recorded = holder_.Read(kRecorded);
    ASSERT_EQ(said.size(), 7U);
    EXPECT_THAT(said, ::testing::Contains(::testing::HasSubstr("NULL"))) << "the long heads stay where they are";
    EXPECT_THAT(recorded, ::testing::Contains("dated 1780401600000000"));
    EXPECT_THAT(recorded, ::testing::Contains("tasks 1780315200000000"));
    UndoStep();
    const auto again = holder_.Second();
    EXPECT_EQ(holder_.Read(kSaid), said);
    EXPECT_EQ(holder_.Read(kRecorded), recorded);
}

TEST_F(Schema6Test, ARunThatTheEventLogDoesNotKnowWasNotRecordedBefore) {
    ApplyAll();
    UndoStep();
    {
        sqlite::Database database(holder_.file(), sqlite::Database::Mode::kWrite);
        database.Run("DELETE FROM events WHERE dag_id = 'e'");
    }
    const Time before = SystemClock().Now() - std::chrono::seconds(2);
    const auto again = holder_.Second();
    const auto run = again->runs().FindRun(kScope.org, kScope.deployment, "e", "dated");
    EXPECT_GE(run->recorded_at, before);
}

}  // namespace
}  // namespace dagy::store
