// The part of RunStore that reads few columns of many rows: for statistics, and the Parquet objects of a run.
#include "store/sqlite/runs.h"

namespace dagy::store::sqlite {

std::vector<RunSample> SqliteRunStore::RunSamples(const model::Scope& scope, const std::string& dag_id,
                                                  const std::string& date_from, const std::string& date_to) {
    return connections_.Read([&](Database& database) {
        std::vector<RunSample> samples;
        std::string state;
        Statement rows(database,
                       "SELECT run_id, partition_date, state, started_at, ended_at FROM runs INDEXED BY runs_of_dag "
                       "WHERE org = ? AND dag_id = ? AND deployment = ? AND partition_date BETWEEN ? AND ? "
                       "ORDER BY partition_date, began_at, key",
                       scope.org, dag_id, scope.deployment, date_from, date_to);
        while (rows.Step()) {
            RunSample& run = samples.emplace_back();
            rows.Read(run.run_id, run.date, state, run.started_at, run.ended_at);
            run.state = model::ParseRunState(state).value_or(model::RunState::kQueued);
        }
        return samples;
    });
}

void SqliteRunStore::AttemptSamples(const model::Scope& scope, const std::string& dag_id, const std::string& date_from,
                                    const std::string& date_to, const std::function<void(const AttemptSample&)>& take) {
    connections_.Read([&](Database& database) {
        AttemptSample sample;
        std::string state;
        Statement rows(database,
                       "SELECT iif(mapped_of = '', task_id, mapped_of), attempt, attempts.state, attempts.started_at, "
                       "attempts.ended_at FROM runs INDEXED BY runs_of_dag CROSS JOIN attempts ON run_key = key "
                       "WHERE org = ? AND dag_id = ? AND deployment = ? AND partition_date BETWEEN ? AND ?",
                       scope.org, dag_id, scope.deployment, date_from, date_to);
        while (rows.Step()) {
            rows.Read(sample.task_id, sample.attempt, state, sample.started_at, sample.ended_at);
            sample.state = model::ParseAttemptState(state).value_or(model::AttemptState::kQueued);
            take(sample);
        }
    });
}

std::vector<RunObject> SqliteRunStore::Objects(int64_t run_key) {
    return connections_.Read([&](Database& database) {
        std::vector<RunObject> objects;
        int kind = 0;
        Statement rows(
            database,
            "SELECT phase, attempt, kind, object_key, first_row, rows, bytes, sha256 FROM chunks JOIN phases ON "
            "phases.key = phase_key WHERE chunks.run_key = ? ORDER BY phase, attempt, kind, first_row",
            run_key);
        while (rows.Step()) {
            RunObject& object = objects.emplace_back();
            object.ref.run_key = run_key;
            rows.Read(object.ref.phase, object.ref.attempt, kind, object.key, object.first_row, object.rows,
                      object.bytes, object.sha256);
            object.kind = static_cast<model::RecordKind>(kind);
        }
        return objects;
    });
}

}  // namespace dagy::store::sqlite
