/// Rows of runs, attempts, dag versions and events ↔ values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/run.h"
#include "store/event_log.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// The columns that ReadRun takes.
inline constexpr std::string_view kRunColumns =
    "key, org, deployment, dag_id, run_id, dag_version, state, original_state, run_type, logical_date, queued_at, "
    "started_at, "
    "ended_at, observed_at, parameters, triggered_by, extras, recorded_at";
model::Run ReadRun(const Statement& row);
std::optional<model::Run> FindRun(Database& database, const model::Scope& scope, const std::string& dag_id,
                                  const std::string& run_id);
/// Gives `run` its key. Its `recorded_at` is kept from here on.
void InsertRun(Database& database, model::Run& run);
void UpdateRun(Database& database, const model::Run& run);

/// The columns that ReadAttempt takes; `extras` last.
inline constexpr std::string_view kAttemptColumns =
    "run_key, task_id, attempt, mapped_of, map_index, phase, state, original_state, scheduled_at, queued_at, "
    "started_at, ended_at, "
    "observed_at, max_attempts, exit_code, signal, reason, operator_name, host, pool, queue";
model::TaskAttempt ReadAttempt(const Statement& row);
std::optional<model::TaskAttempt> FindAttempt(Database& database, int64_t run_key, const std::string& task_id,
                                              int attempt);
/// Inserts it or replaces the one of the same run, task and number.
void PutAttempt(Database& database, const model::TaskAttempt& attempt);

inline constexpr std::string_view kDagVersionColumns =
    "dag_id, version, created_at, schedule, source, source_file, tasks, extras";
model::DagVersion ReadDagVersion(const Statement& row);
std::string TasksToText(const std::vector<model::Task>& tasks);

/// Appends to the event log; call it inside the transaction that causes the event.
int64_t AppendEvent(Database& database, const LoggedEvent& event);

}  // namespace dagy::store::sqlite
