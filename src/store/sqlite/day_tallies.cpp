#include "store/sqlite/day_tallies.h"

#include <utility>

namespace dagy::store::sqlite {
namespace {

void AddRuns(Database& database, const DayOfDag& day, DayTallier& tallier) {
    RunSample sample;
    std::string state;
    Statement rows(database,
                   "SELECT run_id, state, started_at, ended_at FROM runs INDEXED BY runs_of_dag WHERE org = ? AND "
                   "dag_id = ? AND deployment = ? AND partition_date = ? ORDER BY began_at, key",
                   day.scope.org, day.dag_id, day.scope.deployment, day.date);
    while (rows.Step()) {
        rows.Read(sample.run_id, state, sample.started_at, sample.ended_at);
        sample.state = model::ParseRunState(state).value_or(model::RunState::kQueued);
        tallier.Add(sample);
    }
}

void AddAttempts(Database& database, const DayOfDag& day, DayTallier& tallier) {
    AttemptSample sample;
    std::string state;
    Statement rows(database,
                   "SELECT iif(mapped_of = '', task_id, mapped_of), attempt, attempts.state, attempts.started_at, "
                   "attempts.ended_at FROM runs INDEXED BY runs_of_dag CROSS JOIN attempts ON run_key = key "
                   "WHERE org = ? AND dag_id = ? AND deployment = ? AND partition_date = ?",
                   day.scope.org, day.dag_id, day.scope.deployment, day.date);
    while (rows.Step()) {
        rows.Read(sample.task_id, sample.attempt, state, sample.started_at, sample.ended_at);
        sample.state = model::ParseAttemptState(state).value_or(model::AttemptState::kQueued);
        tallier.Add(sample);
    }
}

DayTally TallyOf(Database& database, const DayOfDag& day) {
    DayTallier tallier;
    AddRuns(database, day, tallier);
    AddAttempts(database, day, tallier);
    return tallier.Take(day.date);
}

}  // namespace

void DropTally(Database& database, const DayOfDag& day, int64_t seq) {
    Statement(database, "DELETE FROM day_tallies WHERE org = ? AND dag_id = ? AND deployment = ? AND date = ?",
              day.scope.org, day.dag_id, day.scope.deployment, day.date)
        .Run();
    Statement(database,
              "INSERT INTO untallied_days (org, dag_id, deployment, date, seq) VALUES (?,?,?,?,?) ON CONFLICT DO "
              "UPDATE SET seq = excluded.seq",
              day.scope.org, day.dag_id, day.scope.deployment, day.date, seq)
        .Run();
}

void ReadTallies(Database& database, const model::Scope& scope, const std::string& dag_id, const std::string& date_from,
                 const std::string& date_to, const std::function<void(const DayTally&)>& take) {
    std::string date;
    std::optional<std::string> kept;
    Statement rows(database,
                   "SELECT date, tally FROM day_tallies WHERE org = ?1 AND dag_id = ?2 AND deployment = ?3 AND date "
                   "BETWEEN ?4 AND ?5 UNION ALL SELECT date, NULL FROM untallied_days WHERE org = ?1 AND dag_id = ?2 "
                   "AND deployment = ?3 AND date BETWEEN ?4 AND ?5 ORDER BY date",
                   scope.org, dag_id, scope.deployment, date_from, date_to);
    while (rows.Step()) {
        rows.Read(date, kept);
        const DayTally day = kept ? DecodeTally(*kept, date) : TallyOf(database, {scope, dag_id, date});
        if (day.runs() > 0) take(day);
    }
}

std::vector<UntalliedDay> UntalliedDays(Database& database, const std::string& before, size_t limit) {
    std::vector<UntalliedDay> days;
    Statement rows(database, "SELECT org, dag_id, deployment, date, seq FROM untallied_days WHERE date < ? LIMIT ?",
                   before, limit);
    while (rows.Step()) {
        UntalliedDay& found = days.emplace_back();
        DayOfDag& day = found.day;
        rows.Read(day.scope.org, day.dag_id, day.scope.deployment, day.date, found.seq);
        found.tally = TallyOf(database, day);
    }
    return days;
}

void KeepTallies(Database& database, const std::vector<UntalliedDay>& days) {
    for (const UntalliedDay& found : days) {
        const DayOfDag& day = found.day;
        Statement(database,
                  "DELETE FROM untallied_days WHERE org = ? AND dag_id = ? AND deployment = ? AND date = ? AND seq = ?",
                  day.scope.org, day.dag_id, day.scope.deployment, day.date, found.seq)
            .Run();
        if (database.Changes() == 0 || found.tally.runs() == 0) continue;
        const std::string tally = EncodeTally(found.tally);
        Statement(database, "INSERT INTO day_tallies (org, dag_id, deployment, date, tally) VALUES (?,?,?,?,?)",
                  day.scope.org, day.dag_id, day.scope.deployment, day.date, Blob{tally})
            .Run();
    }
}

}  // namespace dagy::store::sqlite
