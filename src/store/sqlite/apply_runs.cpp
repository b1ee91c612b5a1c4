// Dags, runs and attempts: stored values meet incoming ones by model::Merge, and followers hear of what moved.
#include <utility>

#include "store/sqlite/apply.h"
#include "store/sqlite/day_tallies.h"
#include "store/sqlite/rows.h"

namespace dagy::store::sqlite {
namespace {

/// What the source left out stays as it is.
bool TakeOver(model::DagVersion& stored, const model::DagVersion& incoming) {
    bool changed = false;
    const auto take = [&](auto& mine, const auto& theirs, bool said) {
        if (!said || mine == theirs) return;
        mine = theirs;
        changed = true;
    };
    take(stored.created_at, incoming.created_at, incoming.created_at.has_value());
    take(stored.schedule, incoming.schedule, !incoming.schedule.empty());
    take(stored.source, incoming.source, !incoming.source.empty());
    take(stored.source_file, incoming.source_file, !incoming.source_file.empty());
    for (const auto& [key, value] : incoming.extras) {
        const json::value* mine = stored.extras.if_contains(key);
        if (mine != nullptr && *mine == value) continue;
        stored.extras[key] = value;
        changed = true;
    }
    if (!incoming.tasks.empty() && TasksToText(incoming.tasks) != TasksToText(stored.tasks)) {
        stored.tasks = incoming.tasks;
        changed = true;
    }
    return changed;
}

void PutVersion(Database& database, const model::Scope& scope, const model::DagVersion& dag) {
    const std::string tasks = TasksToText(dag.tasks);
    Statement(database,
              "INSERT INTO dag_versions (org, deployment, dag_id, version, created_at, schedule, source, source_file, "
              "tasks, extras) "
              "VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (org, dag_id, deployment, version) DO UPDATE SET created_at = "
              "excluded.created_at, "
              "schedule = excluded.schedule, source = excluded.source, source_file = excluded.source_file, tasks = "
              "excluded.tasks, "
              "extras = excluded.extras",
              scope.org, scope.deployment, dag.dag_id, dag.version, dag.created_at, dag.schedule, dag.source,
              dag.source_file, tasks, dag.extras)
        .Run();
}

}  // namespace

void Applying::MeetDag(const std::string& dag_id) {
    if (!met_dags_.emplace(dag_id, true).second) return;
    Statement(database_, "INSERT OR IGNORE INTO dags (org, dag_id, deployment) VALUES (?,?,?)", scope_.org, dag_id,
              scope_.deployment)
        .Run();
    if (database_.Changes() == 0) return;
    result.changed = true;
    Tell("dag.created", dag_id, {}, {}, {});
}

void Applying::Dag(const model::DagVersion& incoming) {
    static const std::string kFind =
        "SELECT " + std::string(kDagVersionColumns) +
        " FROM dag_versions WHERE org = ? AND dag_id = ? AND deployment = ? AND version = ?";
    MeetDag(incoming.dag_id);
    std::optional<model::DagVersion> stored;
    {
        Statement row(database_, kFind, scope_.org, incoming.dag_id, scope_.deployment, incoming.version);
        if (row.Step()) stored = ReadDagVersion(row);
    }
    const bool is_new = !stored;
    model::DagVersion dag = stored.value_or(incoming);
    if (!is_new && !TakeOver(dag, incoming)) return;
    const bool source_changed = !is_new && dag.source != stored->source;
    if (source_changed && !stored->source.empty()) KeepFormerSource(*stored);
    PutVersion(database_, scope_, dag);
    result.changed = true;
    Tell("dag.version", dag.dag_id, {}, {},
         {{"version", dag.version}, {"change", is_new ? "created" : "updated"}, {"source_changed", source_changed}});
}

void Applying::KeepFormerSource(const model::DagVersion& stored) {
    Fact({.kind = "dag_source",
          .key = stored.dag_id + "@" + stored.version,
          .body = {{"dag_id", stored.dag_id},
                   {"version", stored.version},
                   {"source", stored.source},
                   {"source_file", stored.source_file},
                   {"replaced_at", FormatTime(now_)}},
          .seen_at = now_});
}

void Applying::Run(model::Run incoming) {
    incoming.scope = scope_;
    MeetDag(incoming.dag_id);
    auto stored = FindRun(database_, scope_, incoming.dag_id, incoming.run_id);
    if (!stored) {
        incoming.recorded_at = now_;
        InsertRun(database_, incoming);
        run_keys_[{incoming.dag_id, incoming.run_id}] = incoming.key;
        changed_.insert(incoming.key);
        CountRun(incoming, 1);
        result.changed = true;
        Tell("run.created", incoming.dag_id, incoming.run_id, {},
             {{"run_key", incoming.key}, {"state", Name(incoming.state)}});
        // Whoever follows states needs no second kind of event for a run that was first seen at its end.
        if (incoming.state != model::RunState::kQueued) TellRunState(incoming, Name(model::RunState::kQueued));
        return;
    }
    run_keys_[{stored->dag_id, stored->run_id}] = stored->key;
    const model::Run before = *stored;
    const bool changed = Merge(*stored, incoming);
    if (!changed && stored->observed_at == before.observed_at) return;
    UpdateRun(database_, *stored);
    if (!changed) return;
    result.changed = true;
    changed_.insert(stored->key);
    left_days_.emplace(before.dag_id, before.PartitionDate());
    if (stored->state != before.state || stored->ended_at != before.ended_at) {
        CountRun(before, -1);
        CountRun(*stored, 1);
    }
    if (stored->state != before.state)
        TellRunState(*stored, Name(before.state));
    else
        Tell("run.updated", stored->dag_id, stored->run_id, {}, {{"run_key", stored->key}});
}

void Applying::TellRunState(const model::Run& run, std::string_view from) {
    Tell("run.state", run.dag_id, run.run_id, {}, {{"run_key", run.key}, {"from", from}, {"to", Name(run.state)}});
}

void Applying::CountRun(const model::Run& run, int change) {
    Statement(database_,
              "INSERT INTO dag_states (org, dag_id, deployment, state, runs) VALUES (?,?,?,?,?) "
              "ON CONFLICT DO UPDATE SET runs = runs + excluded.runs",
              scope_.org, run.dag_id, scope_.deployment, Name(run.state), change)
        .Run();
    if (run.state != model::RunState::kSucceeded || !run.ended_at) return;
    if (change > 0) {
        Statement(database_,
                  "UPDATE dags SET last_success_at = max(coalesce(last_success_at, ?1), ?1) WHERE org = ?2 AND dag_id "
                  "= ?3 AND deployment = ?4",
                  *run.ended_at, scope_.org, run.dag_id, scope_.deployment)
            .Run();
        return;
    }
    // A success that was taken back, which is rare: look for the last one that stands.
    Statement(database_,
              "UPDATE dags SET last_success_at = (SELECT max(ended_at) FROM runs WHERE org = ?1 AND dag_id = ?2 AND "
              "deployment = ?3 AND "
              "state = 'SUCCEEDED') WHERE org = ?1 AND dag_id = ?2 AND deployment = ?3",
              scope_.org, run.dag_id, scope_.deployment)
        .Run();
}

void Applying::DropTallies() {
    auto& days = left_days_;
    for (const int64_t run_key : changed_) {
        std::string dag_id, date;
        Statement row(database_, "SELECT dag_id, partition_date FROM runs WHERE key = ?", run_key);
        row.Step();
        row.Read(dag_id, date);
        days.emplace(std::move(dag_id), std::move(date));
    }
    for (const auto& [dag_id, date] : days) DropTally(database_, {scope_, dag_id, date}, result.last_seq);
}

int64_t Applying::RunKey(const model::RunName& name) {
    if (const auto known = run_keys_.find(name); known != run_keys_.end()) return known->second;
    Statement row(database_, "SELECT key FROM runs WHERE org = ? AND dag_id = ? AND run_id = ? AND deployment = ?",
                  scope_.org, name.dag_id, name.run_id, scope_.deployment);
    if (const int64_t key = row.Number(); key != 0) return run_keys_[name] = key;
    model::Run run;
    run.dag_id = name.dag_id;
    run.run_id = name.run_id;
    Run(std::move(run));
    return run_keys_.at(name);
}

void Applying::Attempt(const model::AttemptOfRun& incoming) {
    model::TaskAttempt attempt = incoming.attempt;
    attempt.run_key = RunKey(incoming.run);
    Touch(attempt.run_key, attempt.Phase());
    auto stored = FindAttempt(database_, attempt.run_key, attempt.task_id, attempt.attempt);
    const std::string_view before = stored ? Name(stored->state) : std::string_view();
    if (!stored) {
        stored = std::move(attempt);
    } else {
        const auto observed_before = stored->observed_at;
        const bool changed = Merge(*stored, attempt);
        if (!changed && stored->observed_at == observed_before) return;
        if (!changed) {
            PutAttempt(database_, *stored);
            return;
        }
    }
    PutAttempt(database_, *stored);
    result.changed = true;
    changed_.insert(stored->run_key);
    json::object body{{"run_key", stored->run_key}, {"attempt", stored->attempt}};
    const bool moved = before != Name(stored->state);
    if (moved) {
        body["from"] = before.empty() ? json::value(nullptr) : json::value(before);
        body["to"] = Name(stored->state);
    }
    Tell(moved ? "task.state" : "task.updated", incoming.run.dag_id, incoming.run.run_id, stored->task_id,
         std::move(body));
}

}  // namespace dagy::store::sqlite
