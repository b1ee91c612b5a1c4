// What comes from a source beside runs and records: its own events, facts, links, and how far it was read.
#include <limits>
#include <utility>

#include "store/sqlite/apply.h"
#include "store/sqlite/rows.h"

namespace dagy::store::sqlite {

Applying::Applying(Database& database, const model::Scope& scope, Time now)
    : database_(database), scope_(scope), now_(now) {}

bool Applying::Admit(const model::Batch& batch) {
    for (size_t i = 0; i < batch.event_ids.size(); ++i) {
        const model::EventId& event = batch.event_ids[i];
        Statement(database_,
                  "INSERT OR IGNORE INTO ingested_events (org, deployment, event_id, dag_id, run_id) VALUES "
                  "(?,?,?,?,?)",
                  scope_.org, scope_.deployment, event.id, event.run.dag_id, event.run.run_id)
            .Run();
        if (database_.Changes() == 0) result.seen.push_back(i);
    }
    for (const model::SourceProgress& mark : batch.progress) {
        std::optional<std::string> stored;
        {
            Statement row(database_, "SELECT mark FROM source_progress WHERE org = ? AND deployment = ? AND key = ?",
                          scope_.org, scope_.deployment, mark.key);
            if (row.Step()) row.Read(stored);
        }
        if (stored != mark.expected) result.progress_conflict = true;
        if (stored == mark.next) continue;
        Statement(database_, "INSERT OR REPLACE INTO source_progress (org, deployment, key, mark) VALUES (?,?,?,?)",
                  scope_.org, scope_.deployment, mark.key, mark.next)
            .Run();
        result.changed = true;
    }
    return result.seen.empty() && !result.progress_conflict;
}

void Applying::Link(const model::RunLink& link) {
    Statement(database_,
              "INSERT OR IGNORE INTO run_links (org, deployment, from_dag, from_run, from_task, to_dag, to_run, "
              "to_task, via, resource) "
              "VALUES (?,?,?,?,?,?,?,?,?,?)",
              scope_.org, scope_.deployment, link.from_dag, link.from_run, link.from_task, link.to_dag, link.to_run,
              link.to_task, link.via, link.resource)
        .Run();
    if (database_.Changes() == 0) return;
    result.changed = true;
    Tell("run.linked", link.from_dag, link.from_run, link.from_task,
         {{"to_dag", link.to_dag},
          {"to_run", link.to_run},
          {"to_task", link.to_task},
          {"via", link.via},
          {"resource", link.resource}});
}

void Applying::SourceEvent(const model::SourceEvent& event) {
    Statement(database_,
              "INSERT OR IGNORE INTO source_events (org, deployment, event_id, ts, event, dag_id, run_id, task_id, "
              "map_index, attempt, "
              "actor, extra) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
              scope_.org, scope_.deployment, event.event_id, event.ts, event.event, event.dag_id, event.run_id,
              event.task_id, event.map_index, event.attempt, event.actor, event.extra)
        .Run();
    if (database_.Changes() == 0) return;
    result.changed = true;
    Tell("source_event", event.dag_id, event.run_id, event.task_id,
         {{"event_id", event.event_id}, {"event", event.event}});
}

void Applying::Fact(const model::Fact& fact) {
    const int64_t order = fact.seen_at ? ToMicros(*fact.seen_at) : std::numeric_limits<int64_t>::min();
    const std::string body = json::serialize(fact.body);
    {
        // The version that was current when this was seen: an older export that comes in late is no news if it says
        // what was known for then.
        Statement row(
            database_,
            "SELECT body FROM facts WHERE org = ? AND deployment = ? AND kind = ? AND key = ? AND seen_order <= ? "
            "ORDER BY seen_order DESC, id DESC LIMIT 1",
            scope_.org, scope_.deployment, fact.kind, fact.key, order);
        json::object current;
        if (row.Step()) {
            row.Read(current);
            if (current == fact.body) return;
        }
    }
    Statement(database_,
              "INSERT INTO facts (org, deployment, kind, key, seen_at, seen_order, body) VALUES (?,?,?,?,?,?,?)",
              scope_.org, scope_.deployment, fact.kind, fact.key, fact.seen_at, order, body)
        .Run();
    result.changed = true;
    Tell("fact.changed", {}, {}, {}, {{"kind", fact.kind}, {"key", fact.key}});
}

void Applying::Tell(std::string_view kind, const std::string& dag_id, const std::string& run_id,
                    const std::string& task_id, json::object body) {
    result.last_seq = AppendEvent(database_, {.at = now_,
                                              .org = scope_.org,
                                              .deployment = scope_.deployment,
                                              .kind = std::string(kind),
                                              .dag_id = dag_id,
                                              .run_id = run_id,
                                              .task_id = task_id,
                                              .body = std::move(body)});
}

}  // namespace dagy::store::sqlite
