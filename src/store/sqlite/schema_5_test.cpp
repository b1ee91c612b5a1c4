// Step 5 of the schema gives runs that were there before it the marks that they would have got.
#include "store/sqlite/connections.h"
#include "store/sqlite/test_store.h"

namespace dagy::store {
namespace {

using Rows = std::vector<std::string>;

const std::string kMarks =
    "SELECT printf('%d/%d: %d %d %d', run_key, phase, attempt, status, phase_key) FROM etl_phases ORDER BY 1";
const std::string kColumns =
    "SELECT printf('%s: %d %d %d %d', run_id, event_status, extract_status, transform_status, load_status) FROM runs "
    "ORDER BY run_id";

class Schema5Test : public ::testing::Test {
  protected:
    void Apply() {
        model::Batch batch{.scope = kScope};
        for (const char* status : {"", "success", "error", "running", "missing"}) {
            const model::RunName run{"d", std::string("says-") + status};
            batch.phases.push_back({run, {.ref = {.phase = "extract", .attempt = 2}, .status = status}});
            batch.attempts.push_back({run, Task("extract", "", 1, model::AttemptState::kFailed)});
        }
        for (const auto state :
             {model::AttemptState::kQueued, model::AttemptState::kRunning, model::AttemptState::kSucceeded,
              model::AttemptState::kSkipped, model::AttemptState::kTimedOut, model::AttemptState::kUpstreamFailed}) {
            const model::RunName run{"d", std::string("does-") + std::string(Name(state))};
            batch.attempts.push_back({run, Task("a", "load", 1, model::AttemptState::kSkipped)});
            batch.attempts.push_back({run, Task("b", "load", 1, state)});
            batch.attempts.push_back({run, Task("transform", "", 3, state)});
            batch.records.push_back({.run = run, .phase = "transform", .attempt = 3, .logs = {{.message = "m"}}});
        }
        batch.records.push_back({.run = {"d", "errors"},
                                 .phase = "event",
                                 .kind = model::RecordKind::kError,
                                 .errors = {{.error_type = "E"}}});
        batch.records.push_back({.run = {"d", "none"}, .phase = "other", .logs = {{.message = "m"}}});
        holder_.store().ingest().Apply(batch);
    }
    static model::TaskAttempt Task(const char* task, const char* phase, int attempt, model::AttemptState state) {
        model::TaskAttempt a;
        a.task_id = task;
        a.phase = phase;
        a.attempt = attempt;
        a.state = state;
        return a;
    }
    void UndoStep() {
        sqlite::Database database(holder_.file(), sqlite::Database::Mode::kWrite);
        database.Run(
            "DROP TABLE etl_phases; DROP TABLE phase_heads; DROP TABLE run_filters; DROP TABLE unfiltered_runs; DROP "
            "INDEX runs_of_dag; ALTER TABLE runs DROP COLUMN event_status; ALTER TABLE runs DROP COLUMN "
            "extract_status; ALTER TABLE runs DROP COLUMN transform_status; ALTER TABLE runs DROP COLUMN load_status; "
            "DROP INDEX ingested_events_of_run; ALTER TABLE ingested_events DROP COLUMN dag_id; ALTER TABLE "
            "ingested_events DROP COLUMN run_id; ALTER TABLE runs DROP COLUMN recorded_at; DROP TABLE day_tallies; "
            "DROP "
            "TABLE untallied_days; CREATE INDEX runs_of_dag ON runs (org, dag_id, partition_date, "
            "began_at, key, state, deployment); DELETE "
            "FROM schema_version WHERE version > 4");
    }

    ManualClock clock_{At("2026-06-01T12:00:00Z")};
    SqliteHolder holder_{clock_};
};

TEST_F(Schema5Test, RunsThatWereThereGetTheirMarks) {
    Apply();
    const Rows marks = holder_.Read(kMarks), columns = holder_.Read(kColumns);
    ASSERT_EQ(marks.size(), 5U + 2 * 6 + 1);
    EXPECT_THAT(columns, ::testing::Contains("does-RUNNING: 0 0 2 2"));
    EXPECT_THAT(columns, ::testing::Contains("does-QUEUED: 0 0 0 1"));
    EXPECT_THAT(columns, ::testing::Contains("errors: 3 0 0 0"));
    EXPECT_THAT(columns, ::testing::Contains("says-: 0 2 0 0"));
    UndoStep();
    const auto again = holder_.Second();
    EXPECT_EQ(holder_.Read(kMarks), marks);
    EXPECT_EQ(holder_.Read(kColumns), columns);
    EXPECT_EQ(holder_.Read("SELECT count(*) FROM unfiltered_runs"), Rows{"8"});
}

TEST_F(Schema5Test, EventIdsThatWereThereStayKnown) {
    model::Batch batch{.scope = kScope};
    batch.event_ids = {{.id = "e1"}};
    holder_.store().ingest().Apply(batch);
    UndoStep();
    const auto again = holder_.Second();
    batch.event_ids = {{.id = "e2", .run = {"d", "r"}}, {.id = "e1", .run = {"d", "r"}}};
    EXPECT_THAT(again->ingest().Apply(batch).seen, ::testing::ElementsAre(1));
}

}  // namespace
}  // namespace dagy::store
