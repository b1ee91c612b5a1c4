#include "store/sqlite/rows.h"

#include "base/error.h"

namespace dagy::store::sqlite {
namespace {

template <typename State>
State Known(const std::optional<State>& state) {
    if (!state)
        throw Error(ErrorCode::kStorage, "the metadata store holds a state that this version does not know",
                    "use the newer dagy");
    return *state;
}

std::string TriggerToText(const std::optional<model::TriggeredBy>& by) {
    if (!by) return {};
    return json::serialize(
        json::object{{"dag_id", by->dag_id}, {"run_id", by->run_id}, {"task_id", by->task_id}, {"via", by->via}});
}

std::optional<model::TriggeredBy> TriggerFromText(const json::object& by) {
    if (by.empty()) return std::nullopt;
    return model::TriggeredBy{StringOr(by, "dag_id"), StringOr(by, "run_id"), StringOr(by, "task_id"),
                              StringOr(by, "via")};
}

int64_t BeganAt(const model::Run& run) {
    for (const auto& time : {run.started_at, run.queued_at})
        if (time) return ToMicros(*time);
    return 0;
}

}  // namespace

model::Run ReadRun(const Statement& row) {
    model::Run run;
    std::string state;
    json::object triggered_by;
    row.Read(run.key, run.scope.org, run.scope.deployment, run.dag_id, run.run_id, run.dag_version, state,
             run.original_state, run.run_type, run.logical_date, run.queued_at, run.started_at, run.ended_at,
             run.observed_at, run.parameters, triggered_by, run.extras, run.recorded_at);
    run.state = Known(model::ParseRunState(state));
    run.triggered_by = TriggerFromText(triggered_by);
    return run;
}

std::optional<model::Run> FindRun(Database& database, const model::Scope& scope, const std::string& dag_id,
                                  const std::string& run_id) {
    static const std::string kSql = "SELECT " + std::string(kRunColumns) +
                                    " FROM runs WHERE org = ? AND dag_id = ? AND run_id = ? AND deployment = ?";
    Statement row(database, kSql, scope.org, dag_id, run_id, scope.deployment);
    if (!row.Step()) return std::nullopt;
    return ReadRun(row);
}

void InsertRun(Database& database, model::Run& run) {
    const std::string trigger = TriggerToText(run.triggered_by);
    const std::string date = run.PartitionDate();
    Statement(
        database,
        "INSERT INTO runs (org, deployment, dag_id, run_id, dag_version, state, original_state, run_type, "
        "logical_date, queued_at, "
        "started_at, ended_at, observed_at, parameters, triggered_by, extras, partition_date, began_at, recorded_at) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        run.scope.org, run.scope.deployment, run.dag_id, run.run_id, run.dag_version, Name(run.state),
        run.original_state, run.run_type, run.logical_date, run.queued_at, run.started_at, run.ended_at,
        run.observed_at, run.parameters, trigger, run.extras, date, BeganAt(run), run.recorded_at.value_or(Time{}))
        .Run();
    run.key = database.LastInsertId();
}

void UpdateRun(Database& database, const model::Run& run) {
    const std::string trigger = TriggerToText(run.triggered_by);
    const std::string date = run.PartitionDate();
    Statement(database,
              "UPDATE runs SET dag_version = ?, state = ?, original_state = ?, run_type = ?, logical_date = ?, "
              "queued_at = ?, "
              "started_at = ?, ended_at = ?, observed_at = ?, parameters = ?, triggered_by = ?, extras = ?, "
              "partition_date = ?, "
              "began_at = ? WHERE key = ?",
              run.dag_version, Name(run.state), run.original_state, run.run_type, run.logical_date, run.queued_at,
              run.started_at, run.ended_at, run.observed_at, run.parameters, trigger, run.extras, date, BeganAt(run),
              run.key)
        .Run();
}

model::TaskAttempt ReadAttempt(const Statement& row) {
    model::TaskAttempt a;
    std::string state;
    row.Read(a.run_key, a.task_id, a.attempt, a.mapped_of, a.map_index, a.phase, state, a.original_state,
             a.scheduled_at, a.queued_at, a.started_at, a.ended_at, a.observed_at, a.max_attempts, a.exit_code,
             a.signal, a.reason, a.operator_name, a.host, a.pool, a.queue, a.extras);
    a.state = Known(model::ParseAttemptState(state));
    return a;
}

std::optional<model::TaskAttempt> FindAttempt(Database& database, int64_t run_key, const std::string& task_id,
                                              int attempt) {
    static const std::string kSql = "SELECT " + std::string(kAttemptColumns) +
                                    ", extras FROM attempts WHERE run_key = ? AND task_id = ? AND attempt = ?";
    Statement row(database, kSql, run_key, task_id, attempt);
    if (!row.Step()) return std::nullopt;
    return ReadAttempt(row);
}

void PutAttempt(Database& database, const model::TaskAttempt& a) {
    static const std::string kSql = "INSERT OR REPLACE INTO attempts (" + std::string(kAttemptColumns) +
                                    ", extras) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
    Statement(database, kSql, a.run_key, a.task_id, a.attempt, a.mapped_of, a.map_index, a.phase, Name(a.state),
              a.original_state, a.scheduled_at, a.queued_at, a.started_at, a.ended_at, a.observed_at, a.max_attempts,
              a.exit_code, a.signal, a.reason, a.operator_name, a.host, a.pool, a.queue, a.extras)
        .Run();
}

int64_t AppendEvent(Database& database, const LoggedEvent& event) {
    Statement(database,
              "INSERT INTO events (at, org, deployment, kind, dag_id, run_id, task_id, body) VALUES (?,?,?,?,?,?,?,?)",
              event.at, event.org, event.deployment, event.kind, event.dag_id, event.run_id, event.task_id, event.body)
        .Run();
    return database.LastInsertId();
}

}  // namespace dagy::store::sqlite
