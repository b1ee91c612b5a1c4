#include "store/sqlite/diagnoses.h"

#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "base/ids.h"
#include "store/sqlite/rows.h"

namespace dagy::store::sqlite {
namespace {

const std::string kSelect =
    "SELECT id, org, deployment, dag_id, run_id, task_id, try_numbers, explain, skip_cache, state, created_at, "
    "updated_at, evidence_hash, error_code, "
    "error_message FROM diagnoses ";
const std::string kEqualRequest =
    "WHERE org = ? AND dag_id = ? AND run_id = ? AND deployment = ? AND task_id = ? AND try_numbers = ? AND "
    "explain = ? ";

std::string TriesToText(const std::vector<int>& tries) {
    return json::serialize(json::array(tries.begin(), tries.end()));
}

/// What the column `explain` holds: 1 explain, 2 wording.
int64_t AsksOf(const DiagnosisRequest& request) {
    return (request.explain ? 1 : 0) | (request.wording ? 2 : 0);
}

DiagnosisRun ReadDiagnosis(const Statement& row) {
    DiagnosisRun run;
    std::string tries, state;
    int64_t asks = 0;
    row.Read(run.id, run.request.scope.org, run.request.scope.deployment, run.request.dag_id, run.request.run_id,
             run.request.task_id, tries, asks, run.skip_cache, state, run.created_at, run.updated_at, run.evidence_hash,
             run.error_code, run.error_message);
    run.request.explain = (asks & 1) != 0;
    run.request.wording = (asks & 2) != 0;
    const json::value numbers = ParseJson(tries, "the tries of a stored diagnosis");
    for (const json::value& number : numbers.as_array())
        run.request.try_numbers.push_back(static_cast<int>(number.as_int64()));
    run.state = model::ParseDiagnosisState(state).value_or(model::DiagnosisState::kFailed);
    return run;
}

std::optional<DiagnosisRun> FindEqual(Database& database, const DiagnosisRequest& request, const std::string& condition,
                                      const std::string& value) {
    const std::string tries = TriesToText(request.try_numbers);
    const std::string sql = kSelect + kEqualRequest + condition;
    Statement row(database, sql, request.scope.org, request.dag_id, request.run_id, request.scope.deployment,
                  request.task_id, tries, AsksOf(request), value);
    return row.Step() ? std::optional(ReadDiagnosis(row)) : std::nullopt;
}

DiagnosisRun FindById(Database& database, const std::string& id) {
    static const std::string kSql = kSelect + "WHERE id = ?";
    Statement row(database, kSql, id);
    if (!row.Step()) throw Error(ErrorCode::kNotFound, fmt::format("there is no diagnosis '{}'", id));
    return ReadDiagnosis(row);
}

void Insert(Database& database, const DiagnosisRun& run) {
    const std::string tries = TriesToText(run.request.try_numbers);
    Statement(database,
              "INSERT INTO diagnoses (id, org, deployment, dag_id, run_id, task_id, try_numbers, explain, skip_cache, "
              "state, created_at, updated_at) "
              "VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
              run.id, run.request.scope.org, run.request.scope.deployment, run.request.dag_id, run.request.run_id,
              run.request.task_id, tries, AsksOf(run.request), run.skip_cache, Name(run.state), run.created_at,
              run.updated_at)
        .Run();
}

void Tell(Database& database, const DiagnosisRun& run, std::string_view kind, Time now, json::object body) {
    body["diagnosis"] = run.id;
    AppendEvent(database, {.at = now,
                           .org = run.request.scope.org,
                           .deployment = run.request.scope.deployment,
                           .kind = std::string(kind),
                           .dag_id = run.request.dag_id,
                           .run_id = run.request.run_id,
                           .task_id = run.request.task_id,
                           .body = std::move(body)});
}

void AppendEvents(Database& database, const std::string& id, const std::vector<DiagnosisEvent>& events) {
    if (events.empty()) return;
    int64_t last = Statement(database, "SELECT last_event FROM diagnoses WHERE id = ?", id).Number();
    for (const DiagnosisEvent& event : events)
        Statement(database, "INSERT INTO diagnosis_events (diagnosis, id, event, data, at) VALUES (?,?,?,?,?)", id,
                  ++last, event.event, event.data, event.at)
            .Run();
    Statement(database, "UPDATE diagnoses SET last_event = ? WHERE id = ?", last, id).Run();
}

/// True: a reader that holds `after` has seen all events before it too.
bool IsKnown(Database& database, const std::string& id, int64_t after) {
    if (after == 0) return true;
    return Statement(database, "SELECT count(*) FROM diagnosis_events WHERE diagnosis = ? AND id = ?", id, after)
               .Number() > 0;
}

}  // namespace

/// Counts the move after its commit, then rings: counted earlier, a follower could look before there is anything to
/// see.
template <typename Use>
auto SqliteDiagnosisStore::Write(Use&& use) {
    struct Count {
        SqliteDiagnosisStore& store;
        ~Count() {
            ++store.moves_;
            store.connections_.Ring();
        }
    } const count{*this};
    return connections_.Write(std::forward<Use>(use));
}

DiagnosisRun SqliteDiagnosisStore::CreateOrJoin(const DiagnosisRequest& request, bool skip_cache, bool force, Time now,
                                                bool* created) {
    return Write([&](Database& database) {
        if (!force) {
            // The bound value only fills the shared query's last place.
            auto running = FindEqual(database, request,
                                     "AND state IN ('pending', 'running', ?) ORDER BY created_at DESC, id DESC LIMIT 1",
                                     "pending");
            if (running) {
                if (created != nullptr) *created = false;
                return std::move(*running);
            }
        }
        DiagnosisRun run{.id = NewId("diag_", now),
                         .request = request,
                         .skip_cache = skip_cache,
                         .created_at = now,
                         .updated_at = now};
        Insert(database, run);
        Tell(database, run, "diagnosis.requested", now, {{"skip_cache", skip_cache}});
        if (created != nullptr) *created = true;
        return run;
    });
}

std::optional<DiagnosisRun> SqliteDiagnosisStore::Find(const model::Scope& scope, const std::string& id) {
    static const std::string kSql = kSelect + "WHERE id = ? AND org = ? AND deployment = ?";
    return connections_.Read([&](Database& database) {
        Statement row(database, kSql, id, scope.org, scope.deployment);
        return row.Step() ? std::optional(ReadDiagnosis(row)) : std::nullopt;
    });
}

std::vector<DiagnosisRun> SqliteDiagnosisStore::Unfinished() {
    static const std::string kSql = kSelect + "WHERE state IN ('pending', 'running') ORDER BY created_at, id";
    return connections_.Read([&](Database& database) {
        std::vector<DiagnosisRun> runs;
        Statement rows(database, kSql);
        while (rows.Step()) runs.push_back(ReadDiagnosis(rows));
        return runs;
    });
}

void SqliteDiagnosisStore::Advance(const std::string& id, model::DiagnosisState state,
                                   const std::vector<DiagnosisEvent>& events, const std::optional<std::string>& result,
                                   const std::string& evidence_hash, Time now, const std::string& error_code,
                                   const std::string& error_message) {
    Write([&](Database& database) {
        const DiagnosisRun run = FindById(database, id);
        // An ended diagnosis takes nothing more: whoever still writes has lost it to another.
        if (!CanMove(run.state, state) || Ended(run.state))
            throw Error(ErrorCode::kConflict,
                        fmt::format("diagnosis '{}' is {} and cannot become {}", id, Name(run.state), Name(state)));
        AppendEvents(database, id, events);
        Statement(database,
                  "UPDATE diagnoses SET state = ?1, updated_at = ?2, result = coalesce(?3, result), "
                  "evidence_hash = CASE ?4 WHEN '' THEN evidence_hash ELSE ?4 END, error_code = ?5, error_message = ?6 "
                  "WHERE id = ?7",
                  Name(state), now, result, evidence_hash, error_code, error_message, id)
            .Run();
        if (state != run.state)
            Tell(database, run, "diagnosis.state", now, {{"from", Name(run.state)}, {"to", Name(state)}});
    });
}

void SqliteDiagnosisStore::Restart(const std::string& id, Time now) {
    Write([&](Database& database) {
        const DiagnosisRun run = FindById(database, id);
        if (Ended(run.state))
            throw Error(ErrorCode::kConflict, fmt::format("diagnosis '{}' has ended and cannot start again", id));
        Statement(database, "DELETE FROM diagnosis_events WHERE diagnosis = ?", id).Run();
        Statement(
            database,
            "UPDATE diagnoses SET state = 'pending', updated_at = ?, result = NULL, evidence_hash = '' WHERE id = ?",
            now, id)
            .Run();
        if (run.state != model::DiagnosisState::kPending)
            Tell(database, run, "diagnosis.state", now, {{"from", Name(run.state)}, {"to", "pending"}});
    });
}

std::vector<DiagnosisEvent> SqliteDiagnosisStore::Events(const std::string& id, int64_t after, size_t limit,
                                                         bool* known) {
    return connections_.Read([&](Database& database) {
        std::vector<DiagnosisEvent> events;
        const bool is_known = IsKnown(database, id, after);
        if (known != nullptr) *known = is_known;
        if (!is_known) return events;
        Statement rows(
            database,
            "SELECT id, event, data, at FROM diagnosis_events WHERE diagnosis = ? AND id > ? ORDER BY id LIMIT ?", id,
            after, limit);
        while (rows.Step()) {
            DiagnosisEvent& event = events.emplace_back();
            rows.Read(event.id, event.event, event.data, event.at);
        }
        return events;
    });
}

std::optional<std::string> SqliteDiagnosisStore::Result(const std::string& id) {
    return connections_.Read([&](Database& database) {
        std::optional<std::string> result;
        Statement row(database, "SELECT result FROM diagnoses WHERE id = ?", id);
        if (row.Step()) row.Read(result);
        return result;
    });
}

std::optional<DiagnosisRun> SqliteDiagnosisStore::Cached(const DiagnosisRequest& request,
                                                         const std::string& evidence_hash) {
    return connections_.Read([&](Database& database) {
        return FindEqual(database, request,
                         "AND state = 'completed' AND evidence_hash = ? ORDER BY updated_at DESC, id DESC LIMIT 1",
                         evidence_hash);
    });
}

std::vector<DiagnosisRun> SqliteDiagnosisStore::LatestCompleted(const std::string& org, size_t limit) {
    // Ids sort by time, so the highest of a request is its newest; those of other organizations never come in.
    static const std::string kSql =
        kSelect +
        "WHERE id IN (SELECT max(id) FROM diagnoses WHERE org = ? AND state = 'completed' "
        "GROUP BY deployment, dag_id, run_id, task_id, try_numbers) ORDER BY id DESC LIMIT ?";
    return connections_.Read([&](Database& database) {
        std::vector<DiagnosisRun> runs;
        Statement rows(database, kSql, org, limit);
        while (rows.Step()) runs.push_back(ReadDiagnosis(rows));
        return runs;
    });
}

std::optional<std::string> SqliteDiagnosisStore::LatestResult(const model::Scope& scope, const std::string& dag_id,
                                                              const std::string& run_id) {
    return connections_.Read([&](Database& database) {
        std::optional<std::string> result;
        Statement row(database,
                      "SELECT result FROM diagnoses WHERE org = ? AND dag_id = ? AND run_id = ? AND deployment = ? AND "
                      "state = 'completed' "
                      "AND result IS NOT NULL ORDER BY updated_at DESC, id DESC LIMIT 1",
                      scope.org, dag_id, run_id, scope.deployment);
        if (row.Step()) row.Read(result);
        return result;
    });
}

std::vector<DiagnosedRun> SqliteDiagnosisStore::Diagnosed(const model::Scope& scope, const std::string& dag_id,
                                                          const std::vector<std::string>& run_ids) {
    // A result is large: only that of the newest diagnosis is looked into.
    static constexpr const char* kSql =
        "SELECT wanted.value, diagnoses.id, coalesce(json_extract(result, '$.root_cause_type'), ''), "
        "coalesce(json_extract(result, '$.root_cause_task'), '') "
        "FROM json_each(?) AS wanted CROSS JOIN diagnoses ON diagnoses.id = (SELECT d.id FROM diagnoses AS d WHERE "
        "d.org = ? AND "
        "d.dag_id = ? AND d.run_id = wanted.value AND d.deployment = ? AND d.state = 'completed' AND d.result IS NOT "
        "NULL ORDER BY d.updated_at DESC, d.id DESC LIMIT 1)";
    return connections_.Read([&](Database& database) {
        std::vector<DiagnosedRun> runs;
        const std::string ids = json::serialize(json::array(run_ids.begin(), run_ids.end()));
        Statement rows(database, kSql, ids, scope.org, dag_id, scope.deployment);
        while (rows.Step()) {
            DiagnosedRun& run = runs.emplace_back();
            rows.Read(run.run_id, run.diagnosis_id, run.code, run.root_task);
        }
        return runs;
    });
}

bool SqliteDiagnosisStore::WaitEvents(const std::string& id, int64_t after,
                                      std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const uint64_t seen = connections_.Commits();
        const bool there = connections_.Read([&](Database& database) {
            Statement row(database,
                          "SELECT state NOT IN ('pending', 'running') OR EXISTS (SELECT 1 FROM diagnosis_events WHERE "
                          "diagnosis = ?1 AND id > ?2) "
                          "FROM diagnoses WHERE id = ?1",
                          id, after);
            return row.Number(1) != 0;  // one that is not there has nothing to wait for
        });
        if (there) return true;
        if (stopped_ || std::chrono::steady_clock::now() >= deadline) return false;
        connections_.WaitCommit(seen, deadline);
    }
}

// Imports commit all the time; who follows diagnoses is woken for those alone.
uint64_t SqliteDiagnosisStore::WaitAnyEvents(uint64_t seen, std::chrono::steady_clock::time_point deadline) {
    for (;;) {
        const uint64_t commits = connections_.Commits();
        const uint64_t moves = Moves();
        if (moves != seen || stopped_ || std::chrono::steady_clock::now() >= deadline) return moves;
        connections_.WaitCommit(commits, deadline);
    }
}

void SqliteDiagnosisStore::Stop() {
    stopped_ = true;
    connections_.Ring();
}

}  // namespace dagy::store::sqlite
