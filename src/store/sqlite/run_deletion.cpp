// A run leaves the store in one transaction; its objects stay on the list of garbage until they are deleted.
#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "store/sqlite/day_tallies.h"
#include "store/sqlite/identity.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/upkeep.h"

namespace dagy::store::sqlite {
namespace {

// A diagnosis takes two minutes at most; one that has not moved for longer was left by a process that is gone.
constexpr std::chrono::minutes kDiagnosisQuiet{10};

std::optional<model::Run> RunOfKey(Database& database, int64_t run_key) {
    static const std::string kSql = "SELECT " + std::string(kRunColumns) + " FROM runs WHERE key = ?";
    Statement row(database, kSql, run_key);
    return row.Step() ? std::optional(ReadRun(row)) : std::nullopt;
}

std::string FirstText(Statement& row) {
    std::string text;
    if (row.Step()) row.Read(text);
    return text;
}

std::string RunningTask(Database& database, int64_t run_key) {
    Statement row(database, "SELECT task_id FROM attempts WHERE run_key = ? AND state = 'RUNNING' LIMIT 1", run_key);
    return FirstText(row);
}

std::string DiagnosisUnderWay(Database& database, const model::Run& run, Time now) {
    Statement row(
        database,
        "SELECT id FROM diagnoses WHERE org = ? AND dag_id = ? AND run_id = ? AND deployment = ? AND state IN "
        "('pending', 'running') AND updated_at > ? LIMIT 1",
        run.scope.org, run.dag_id, run.run_id, run.scope.deployment, now - kDiagnosisQuiet);
    return FirstText(row);
}

/// A run on its way out. Lives as long as the transaction.
class Leaving {
  public:
    Leaving(Database& database, model::Run run, Time now) : database_(database), run_(std::move(run)), now_(now) {}

    void CountWhatThereIs(DeletedRun& deleted) {
        deleted.attempts = Count("SELECT count(*) FROM attempts WHERE run_key = ?");
        deleted.phases = Count("SELECT count(*) FROM phases WHERE run_key = ?");
        deleted.rows = Count(
            "SELECT coalesce(sum(log_count + error_count + data_count + queue_data_count + event_count), 0) FROM "
            "phases WHERE run_key = ?");
    }

    void Records(const std::vector<std::string>& others, std::vector<std::string>& objects) {
        {
            Statement rows(database_, "SELECT object_key FROM chunks WHERE run_key = ? ORDER BY object_key", run_.key);
            while (rows.Step()) rows.Read(objects.emplace_back());
        }
        ByKey("DELETE FROM chunks WHERE run_key = ?");
        const std::set<std::string> own(objects.begin(), objects.end());
        for (const std::string& key : others)
            if (!own.contains(key) &&
                Statement(database_, "SELECT EXISTS (SELECT 1 FROM chunks WHERE object_key = ?)", key).Number() == 0)
                objects.push_back(key);
        for (const std::string& key : objects)
            Statement(database_, "INSERT OR IGNORE INTO garbage (object_key, at) VALUES (?, ?)", key, now_).Run();
        ByKey("DELETE FROM phase_heads WHERE phase_key IN (SELECT key FROM phases WHERE run_key = ?)");
        ByKey("DELETE FROM etl_phases WHERE run_key = ?");
        ByKey("DELETE FROM run_filters WHERE run_key = ?");
        ByKey("DELETE FROM unfiltered_runs WHERE run_key = ?");
        ByKey("DELETE FROM pending WHERE phase_key IN (SELECT key FROM phases WHERE run_key = ?)");
        ByKey("DELETE FROM phases WHERE run_key = ?");
        ByKey("DELETE FROM attempts WHERE run_key = ?");
    }

    void Surroundings(const std::vector<std::string>& mark_prefixes) {
        ByName("DELETE FROM run_links WHERE org = ? AND deployment = ? AND from_dag = ? AND from_run = ?");
        ByName("DELETE FROM run_links WHERE org = ? AND deployment = ? AND to_dag = ? AND to_run = ?");
        ByName(
            "DELETE FROM source_events WHERE org = ? AND deployment = ? AND dag_id = ? AND run_id = ? AND run_id <> "
            "''");
        ByName(
            "DELETE FROM ingested_events WHERE org = ? AND deployment = ? AND dag_id = ? AND run_id = ? AND run_id <> "
            "''");
        for (const std::string& prefix : mark_prefixes) {
            const std::string end = prefix + '\xff';
            Statement(database_,
                      "DELETE FROM source_progress WHERE org = ? AND deployment = ? AND key >= ? AND key < ?",
                      run_.scope.org, run_.scope.deployment, prefix, end)
                .Run();
        }
    }

    int64_t Diagnoses() {
        ByName(
            "DELETE FROM diagnosis_events WHERE diagnosis IN (SELECT id FROM diagnoses WHERE org = ? AND deployment = "
            "? AND dag_id = ? AND run_id = ?)");
        ByName("DELETE FROM diagnoses WHERE org = ? AND deployment = ? AND dag_id = ? AND run_id = ?");
        return database_.Changes();
    }

    void Run() {
        ByKey("DELETE FROM runs WHERE key = ?");
        Statement(database_,
                  "UPDATE dag_states SET runs = runs - 1 WHERE org = ? AND dag_id = ? AND deployment = ? AND state = ?",
                  run_.scope.org, run_.dag_id, run_.scope.deployment, Name(run_.state))
            .Run();
        if (run_.state == model::RunState::kSucceeded && run_.ended_at) ForgetSuccess();
    }

  private:
    int64_t Count(std::string_view sql) { return Statement(database_, sql, run_.key).Number(); }
    void ByKey(std::string_view sql) { Statement(database_, sql, run_.key).Run(); }
    void ByName(std::string_view sql) {
        Statement(database_, sql, run_.scope.org, run_.scope.deployment, run_.dag_id, run_.run_id).Run();
    }

    // Only where it was the last one: looking for another costs a look at all runs of the dag.
    void ForgetSuccess() {
        Statement(database_,
                  "UPDATE dags SET last_success_at = (SELECT max(ended_at) FROM runs WHERE org = ?1 AND dag_id = ?2 "
                  "AND deployment = ?3 AND state = 'SUCCEEDED') WHERE org = ?1 AND dag_id = ?2 AND deployment = ?3 AND "
                  "last_success_at = ?4",
                  run_.scope.org, run_.dag_id, run_.scope.deployment, *run_.ended_at)
            .Run();
    }

    Database& database_;
    const model::Run run_;
    const Time now_;
};

}  // namespace

std::string WhyInUse(Database& database, int64_t run_key, Time now) {
    const std::optional<model::Run> run = RunOfKey(database, run_key);
    if (!run) return {};
    if (run->state == model::RunState::kRunning) return "it is running";
    if (const std::string task = RunningTask(database, run_key); !task.empty())
        return fmt::format("its task `{}` is running", task);
    if (const std::string id = DiagnosisUnderWay(database, *run, now); !id.empty())
        return fmt::format("its diagnosis {} is under way", id);
    return {};
}

DeletedRun TakeRunOut(Database& database, const RunDeletion& deletion, Time now) {
    const std::optional<model::Run> run = RunOfKey(database, deletion.run_key);
    if (!run) throw Error(ErrorCode::kNotFound, "the run is not there any more");
    if (const std::string why = WhyInUse(database, run->key, now); !why.empty())
        throw Error(ErrorCode::kConflict, fmt::format("run '{}' is in use: {}", run->run_id, why),
                    "delete it when that has ended");
    DeletedRun deleted{.run = *run};
    Leaving leaving(database, *run, now);
    leaving.CountWhatThereIs(deleted);
    leaving.Records(deletion.objects, deleted.objects);
    leaving.Surroundings(deletion.mark_prefixes);
    deleted.diagnoses = leaving.Diagnoses();
    leaving.Run();
    const int64_t seq =
        AppendEvent(database, {.at = now,
                               .org = run->scope.org,
                               .deployment = run->scope.deployment,
                               .kind = "run.deleted",
                               .dag_id = run->dag_id,
                               .run_id = run->run_id,
                               .body = {{"run_key", run->key}, {"reason", deletion.reason}, {"rows", deleted.rows}}});
    DropTally(database, {run->scope, run->dag_id, run->PartitionDate()}, seq);
    AuditEntry audit = deletion.audit;
    audit.before = {{"dag_id", run->dag_id},
                    {"run_id", run->run_id},
                    {"deployment", run->scope.deployment},
                    {"state", Name(run->state)},
                    {"attempts", deleted.attempts},
                    {"rows", deleted.rows},
                    {"diagnoses", deleted.diagnoses},
                    {"objects", static_cast<int64_t>(deleted.objects.size())}};
    InsertAudit(database, audit);
    return deleted;
}

}  // namespace dagy::store::sqlite
