#include "store/sqlite/upkeep.h"

#include "store/sqlite/day_tallies.h"
#include "store/sqlite/identity.h"
#include "store/sqlite/rows.h"

namespace dagy::store::sqlite {
namespace {

std::vector<ChunkGroup> ReadGroups(Statement& rows) {
    std::vector<ChunkGroup> groups;
    while (rows.Step()) {
        ChunkGroup& group = groups.emplace_back();
        int kind = 0;
        rows.Read(group.ref.run_key, group.ref.phase, group.ref.attempt, kind, group.chunks);
        group.kind = static_cast<model::RecordKind>(kind);
    }
    return groups;
}

}  // namespace

ChunkGroups SqliteUpkeepStore::NewChunks(int64_t after_chunk, size_t limit) {
    return connections_.Read([&](Database& database) {
        ChunkGroups found;
        found.last_chunk =
            Statement(database, "SELECT max(id) FROM (SELECT id FROM chunks WHERE id > ? ORDER BY id LIMIT ?)",
                      after_chunk, limit)
                .Number(after_chunk);
        if (found.last_chunk <= after_chunk) return ChunkGroups{{}, after_chunk};
        Statement rows(
            database,
            "SELECT p.run_key, p.phase, p.attempt, n.kind, (SELECT count(*) FROM chunks AS c WHERE c.phase_key = "
            "n.phase_key AND c.kind = n.kind) AS together FROM (SELECT DISTINCT phase_key, kind FROM chunks NOT "
            "INDEXED WHERE id > ? AND id <= ?) AS n JOIN phases AS p ON p.key = n.phase_key WHERE together > 1",
            after_chunk, found.last_chunk);
        found.groups = ReadGroups(rows);
        return found;
    });
}

std::vector<ChunkGroup> SqliteUpkeepStore::ChunkGroupsOfRun(int64_t run_key) {
    return connections_.Read([&](Database& database) {
        Statement rows(database,
                       "SELECT p.run_key, p.phase, p.attempt, c.kind, count(*) FROM phases AS p JOIN chunks AS c ON "
                       "c.phase_key = p.key WHERE p.run_key = ? GROUP BY p.key, c.kind",
                       run_key);
        return ReadGroups(rows);
    });
}

std::vector<std::string> SqliteUpkeepStore::Unregistered(const std::vector<std::string>& keys) {
    return connections_.Read([&](Database& database) {
        std::vector<std::string> unknown;
        for (const std::string& key : keys) {
            Statement known(database,
                            "SELECT EXISTS (SELECT 1 FROM chunks WHERE object_key = ?1) OR EXISTS (SELECT 1 FROM "
                            "garbage WHERE object_key = ?1)",
                            key);
            if (known.Number() == 0) unknown.push_back(key);
        }
        return unknown;
    });
}

bool SqliteUpkeepStore::HasChunkUnder(const std::string& prefix) {
    return connections_.Read([&](Database& database) {
        const std::string end = prefix + '\xff';  // no key has this byte: keys are UTF-8
        return Statement(database, "SELECT EXISTS (SELECT 1 FROM chunks WHERE object_key >= ? AND object_key < ?)",
                         prefix, end)
                   .Number() != 0;
    });
}

std::optional<int64_t> SqliteUpkeepStore::RetentionDays(const model::Scope& scope, const std::string& dag_id) {
    return connections_.Read([&](Database& database) {
        std::optional<int64_t> days;
        Statement row(database, "SELECT days FROM retention WHERE org = ? AND dag_id = ? AND deployment = ?", scope.org,
                      dag_id, scope.deployment);
        if (row.Step()) row.Read(days);
        return days;
    });
}

void SqliteUpkeepStore::SetRetentionDays(const model::Scope& scope, const std::string& dag_id,
                                         std::optional<int64_t> days, const AuditEntry& audit) {
    connections_.Write([&](Database& database) {
        if (days)
            Statement(database,
                      "INSERT INTO retention (org, dag_id, deployment, days) VALUES (?,?,?,?) ON CONFLICT DO UPDATE "
                      "SET days = excluded.days",
                      scope.org, dag_id, scope.deployment, *days)
                .Run();
        else
            Statement(database, "DELETE FROM retention WHERE org = ? AND dag_id = ? AND deployment = ?", scope.org,
                      dag_id, scope.deployment)
                .Run();
        InsertAudit(database, audit);
    });
}

std::vector<KeptDag> SqliteUpkeepStore::KeptDags(const std::optional<std::string>& org) {
    return connections_.Read([&](Database& database) {
        std::vector<KeptDag> dags;
        Statement rows(database,
                       "SELECT d.org, d.deployment, d.dag_id, r.days FROM dags AS d LEFT JOIN retention AS r ON r.org "
                       "= d.org AND r.dag_id = d.dag_id AND r.deployment = d.deployment WHERE d.org = coalesce(?, "
                       "d.org) ORDER BY d.org, d.dag_id, d.deployment",
                       org);
        while (rows.Step()) {
            KeptDag& dag = dags.emplace_back();
            rows.Read(dag.scope.org, dag.scope.deployment, dag.dag_id, dag.days);
        }
        return dags;
    });
}

std::vector<model::Run> SqliteUpkeepStore::RunsBefore(const model::Scope& scope, const std::string& dag_id, Time before,
                                                      const RunPlace& after, size_t limit) {
    static const std::string kSql =
        "SELECT " + std::string(kRunColumns) +
        " FROM runs WHERE org = ?1 AND deployment = ?2 AND dag_id = ?3 AND began_at < ?4 AND (began_at, key) > (?5, "
        "?6) "
        "AND state <> 'RUNNING' AND CASE WHEN ended_at IS NOT NULL THEN ended_at < ?4 WHEN began_at > 0 THEN 1 WHEN "
        "logical_date IS NOT NULL THEN partition_date < ?7 ELSE recorded_at < ?4 END ORDER BY began_at, key LIMIT ?8";
    return connections_.Read([&](Database& database) {
        std::vector<model::Run> runs;
        Statement rows(database, kSql, scope.org, scope.deployment, dag_id, before, after.began_at, after.run_key,
                       FormatDate(before), limit);
        while (rows.Step()) runs.push_back(ReadRun(rows));
        return runs;
    });
}

size_t SqliteUpkeepStore::TallyDays(const std::string& before, size_t limit) {
    const auto days = connections_.Read([&](Database& database) { return UntalliedDays(database, before, limit); });
    if (!days.empty()) connections_.Write([&](Database& database) { KeepTallies(database, days); });
    return days.size();
}

std::string SqliteUpkeepStore::InUse(int64_t run_key) {
    return connections_.Read([&](Database& database) { return WhyInUse(database, run_key, clock_.Now()); });
}

DeletedRun SqliteUpkeepStore::DeleteRun(const RunDeletion& deletion) {
    return connections_.Write([&](Database& database) { return TakeRunOut(database, deletion, clock_.Now()); });
}

}  // namespace dagy::store::sqlite
