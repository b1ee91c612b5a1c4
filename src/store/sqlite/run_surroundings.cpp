// The part of RunStore that is about what belongs to runs: links, source events, facts, phases.
#include <utility>

#include "store/sqlite/phase_rows.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/runs.h"

namespace dagy::store::sqlite {
std::vector<model::PhaseSummary> SqliteRunStore::Phases(int64_t run_key) {
    return std::move(PhasesOfRuns({run_key})[run_key]);
}

std::map<int64_t, std::vector<model::PhaseSummary>> SqliteRunStore::PhasesOfRuns(const std::vector<int64_t>& run_keys) {
    return connections_.Read([&](Database& database) { return ReadPhases(database, run_keys); });
}

std::vector<model::RunLink> SqliteRunStore::Links(const model::Scope& scope, const std::string& dag_id,
                                                  const std::string& run_id) {
    return connections_.Read([&](Database& database) {
        std::vector<model::RunLink> links;
        Statement rows(
            database,
            "SELECT from_dag, from_run, from_task, to_dag, to_run, to_task, via, resource FROM run_links WHERE org = "
            "?1 AND "
            "deployment = ?2 AND from_dag = ?3 AND from_run = ?4 UNION SELECT from_dag, from_run, from_task, to_dag, "
            "to_run, "
            "to_task, via, resource FROM run_links WHERE org = ?1 AND deployment = ?2 AND to_dag = ?3 AND to_run = ?4",
            scope.org, scope.deployment, dag_id, run_id);
        while (rows.Step()) {
            model::RunLink& link = links.emplace_back();
            rows.Read(link.from_dag, link.from_run, link.from_task, link.to_dag, link.to_run, link.to_task, link.via,
                      link.resource);
        }
        return links;
    });
}

std::vector<model::SourceEvent> SqliteRunStore::SourceEvents(const model::Scope& scope,
                                                             const std::optional<std::string>& dag_id, Time from,
                                                             Time to, size_t limit) {
    static const std::string kColumns =
        "SELECT event_id, ts, event, dag_id, run_id, task_id, map_index, attempt, actor, extra FROM source_events ";
    static const std::string kAll =
        kColumns + "WHERE org = ? AND deployment = ? AND ts BETWEEN ? AND ? ORDER BY ts, rowid LIMIT ?";
    static const std::string kOfDag =
        kColumns +
        "WHERE org = ? AND deployment = ? AND ts BETWEEN ? AND ? AND dag_id IN (?, '') ORDER BY ts, rowid LIMIT ?";
    return connections_.Read([&](Database& database) {
        const auto read = [](Statement& rows) {
            std::vector<model::SourceEvent> events;
            while (rows.Step()) {
                model::SourceEvent& e = events.emplace_back();
                rows.Read(e.event_id, e.ts, e.event, e.dag_id, e.run_id, e.task_id, e.map_index, e.attempt, e.actor,
                          e.extra);
            }
            return events;
        };
        if (!dag_id) {
            Statement rows(database, kAll, scope.org, scope.deployment, from, to, limit);
            return read(rows);
        }
        Statement rows(database, kOfDag, scope.org, scope.deployment, from, to, *dag_id, limit);
        return read(rows);
    });
}

std::vector<model::Fact> SqliteRunStore::Facts(const model::Scope& scope, const std::string& kind, bool history) {
    return connections_.Read([&](Database& database) {
        std::vector<model::Fact> facts;
        Statement rows(database,
                       "SELECT kind, key, body, seen_at FROM facts WHERE org = ? AND deployment = ? AND kind = ? ORDER "
                       "BY key, seen_order, id",
                       scope.org, scope.deployment, kind);
        while (rows.Step()) {
            model::Fact fact;
            rows.Read(fact.kind, fact.key, fact.body, fact.seen_at);
            if (!history && !facts.empty() && facts.back().key == fact.key)
                facts.back() = std::move(fact);
            else
                facts.push_back(std::move(fact));
        }
        return facts;
    });
}

}  // namespace dagy::store::sqlite
