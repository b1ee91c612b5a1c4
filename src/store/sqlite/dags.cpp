// The part of RunStore that is about dags: lists, versions, names that are close.
#include <limits>

#include "store/similar.h"
#include "store/sqlite/rows.h"
#include "store/sqlite/runs.h"

namespace dagy::store::sqlite {
namespace {

const std::string kVersions =
    "SELECT " + std::string(kDagVersionColumns) + " FROM dag_versions WHERE org = ? AND dag_id = ? AND deployment = ? ";
// A version without a time is older than any with one; among equals the later arrival is newer.
const std::string kNewestVersion = kVersions + "ORDER BY created_at DESC NULLS LAST, id DESC LIMIT 1";

void ReadCounts(Database& database, const std::string& org, DagSummary& dag) {
    Statement row(
        database,
        "SELECT coalesce(sum(runs), 0), coalesce(sum(runs) FILTER (WHERE state = 'FAILED'), 0) FROM dag_states "
        "WHERE org = ? AND dag_id = ? AND deployment = ?",
        org, dag.dag_id, dag.deployment);
    row.Step();
    row.Read(dag.runs, dag.failed_runs);
}

void ReadNewest(Database& database, const std::string& org, DagSummary& dag) {
    static const std::string kLastRun =
        "SELECT " + std::string(kRunColumns) +
        " FROM runs INDEXED BY runs_by_start WHERE org = ? AND deployment = ? AND dag_id = ? "
        "ORDER BY began_at DESC, key DESC LIMIT 1";
    if (Statement version(database, kNewestVersion, org, dag.dag_id, dag.deployment); version.Step())
        dag.version = ReadDagVersion(version).version;
    if (Statement run(database, kLastRun, org, dag.deployment, dag.dag_id); run.Step()) dag.last_run = ReadRun(run);
}

std::vector<std::string> Texts(Statement& rows) {
    std::vector<std::string> texts;
    while (rows.Step()) rows.Read(texts.emplace_back());
    return texts;
}

}  // namespace

std::vector<DagSummary> SqliteRunStore::Dags(const std::string& org, const std::optional<std::string>& deployment,
                                             size_t offset, size_t limit, const std::optional<DagPlace>& after) {
    const DagPlace from = after.value_or(DagPlace{});
    return connections_.Read([&](Database& database) {
        std::vector<DagSummary> dags;
        Statement rows(
            database,
            "SELECT deployment, dag_id, last_success_at FROM dags WHERE org = ?1 AND (?2 IS NULL OR deployment = ?2) "
            "AND (dag_id, deployment) > (?5, ?6) ORDER BY dag_id, deployment LIMIT ?3 OFFSET ?4",
            org, deployment, limit, offset, from.dag_id, from.deployment);
        while (rows.Step()) {
            DagSummary& dag = dags.emplace_back();
            rows.Read(dag.deployment, dag.dag_id, dag.last_success_at);
            ReadCounts(database, org, dag);
            ReadNewest(database, org, dag);
        }
        return dags;
    });
}

int64_t SqliteRunStore::CountDags(const std::string& org, const std::optional<std::string>& deployment) {
    return connections_.Read([&](Database& database) {
        return Statement(database, "SELECT count(*) FROM dags WHERE org = ?1 AND (?2 IS NULL OR deployment = ?2)", org,
                         deployment)
            .Number();
    });
}

std::optional<model::DagVersion> SqliteRunStore::Dag(const model::Scope& scope, const std::string& dag_id,
                                                     const std::optional<std::string>& version) {
    static const std::string kNamed = kVersions + "AND version = ?";
    return connections_.Read([&](Database& database) -> std::optional<model::DagVersion> {
        if (version) {
            Statement row(database, kNamed, scope.org, dag_id, scope.deployment, *version);
            return row.Step() ? std::optional(ReadDagVersion(row)) : std::nullopt;
        }
        Statement row(database, kNewestVersion, scope.org, dag_id, scope.deployment);
        if (row.Step()) return ReadDagVersion(row);
        Statement known(database, "SELECT 1 FROM dags WHERE org = ? AND dag_id = ? AND deployment = ?", scope.org,
                        dag_id, scope.deployment);
        if (!known.Step()) return std::nullopt;
        return model::DagVersion{.dag_id = dag_id};
    });
}

std::vector<model::DagVersion> SqliteRunStore::DagVersions(const model::Scope& scope, const std::string& dag_id) {
    static const std::string kAll = kVersions + "ORDER BY created_at DESC NULLS LAST, id DESC";
    return connections_.Read([&](Database& database) {
        std::vector<model::DagVersion> versions;
        Statement rows(database, kAll, scope.org, dag_id, scope.deployment);
        while (rows.Step()) versions.push_back(ReadDagVersion(rows));
        return versions;
    });
}

std::vector<std::string> SqliteRunStore::SimilarDags(const std::string& org, const std::string& dag_id) {
    return connections_.Read([&](Database& database) {
        Statement rows(database, "SELECT DISTINCT dag_id FROM dags WHERE org = ? LIMIT 20000", org);
        return Similar(dag_id, Texts(rows));
    });
}

std::vector<std::string> SqliteRunStore::SimilarRuns(const std::string& org, const std::string& dag_id,
                                                     const std::string& run_id) {
    return connections_.Read([&](Database& database) {
        Statement rows(database,
                       "SELECT run_id FROM runs INDEXED BY runs_of_dag WHERE org = ? AND dag_id = ? "
                       "ORDER BY partition_date DESC, began_at DESC, key DESC LIMIT 5000",
                       org, dag_id);
        return Similar(run_id, Texts(rows));
    });
}

}  // namespace dagy::store::sqlite
