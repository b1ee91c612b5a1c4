#include "store/sqlite/runs.h"

#include <algorithm>
#include <utility>

#include "store/sqlite/rows.h"
#include "store/sqlite/run_filter.h"

namespace dagy::store::sqlite {
namespace {

int64_t Total(Database& database, const RunQuery& query, const RunFilter& filter) {
    const bool counted = !query.date_from && !query.date_to && query.run_ids.empty() && query.phases.empty();
    const std::string sql =
        counted ? "SELECT sum(runs) FROM dag_states" + filter.sql() : "SELECT count(*)" + TableOf(query) + filter.sql();
    Statement row(database, sql);
    filter.Bind(row);
    return row.Number();
}

// The inner query walks the index alone, so that an offset does not read the rows that it skips.
std::string ListSql(std::string_view columns, const RunQuery& query, const RunFilter& filter) {
    return "SELECT " + std::string(columns) + " FROM runs JOIN (SELECT key AS listed" + TableOf(query) + filter.sql() +
           kNewestFirst + " LIMIT " + std::to_string(query.limit) + " OFFSET " + std::to_string(query.offset) +
           ") ON key = listed" + kNewestFirst;
}

std::vector<model::Run> ReadRuns(Statement& rows) {
    std::vector<model::Run> runs;
    while (rows.Step()) runs.push_back(ReadRun(rows));
    return runs;
}

std::string Ascending(const std::vector<int64_t>& keys) {
    std::vector<int64_t> sorted = keys;
    std::ranges::sort(sorted);
    return json::serialize(json::array(sorted.begin(), sorted.end()));
}

}  // namespace

RunPage SqliteRunStore::Runs(const RunQuery& query) {
    return connections_.Read([&](Database& database) {
        RunPage page{.total = query.with_total ? Total(database, query, RunFilter(query)) : 0};
        if (query.with_total && page.total == 0) return page;  // there may be many others to look through
        const auto filter = RunFilter::OfPage(database, query);
        if (!filter) return page;
        const std::string sql = ListSql(kRunColumns, query, *filter);
        Statement rows(database, sql);
        filter->Bind(rows);
        page.runs = ReadRuns(rows);
        return page;
    });
}

std::vector<RunNames> SqliteRunStore::Names(const RunQuery& query) {
    return connections_.Read([&](Database& database) {
        std::vector<RunNames> names;
        const auto filter = RunFilter::OfPage(database, query);
        if (!filter) return names;
        const std::string sql = ListSql("key, dag_id, run_id", query, *filter);
        Statement rows(database, sql);
        filter->Bind(rows);
        while (rows.Step()) {
            RunNames& run = names.emplace_back();
            rows.Read(run.key, run.dag_id, run.run_id);
        }
        return names;
    });
}

std::optional<model::Run> SqliteRunStore::FindRun(const std::string& org, const std::optional<std::string>& deployment,
                                                  const std::string& dag_id, const std::string& run_id) {
    static const std::string kAny =
        "SELECT " + std::string(kRunColumns) +
        " FROM runs WHERE org = ?1 AND dag_id = ?2 AND run_id = ?3 "
        "ORDER BY deployment = (SELECT default_deployment FROM organizations WHERE id = ?1) DESC, key DESC LIMIT 1";
    return connections_.Read([&](Database& database) -> std::optional<model::Run> {
        if (deployment) return sqlite::FindRun(database, {org, *deployment}, dag_id, run_id);
        Statement row(database, kAny, org, dag_id, run_id);
        return row.Step() ? std::optional(ReadRun(row)) : std::nullopt;
    });
}

std::optional<model::Run> SqliteRunStore::RunByKey(int64_t run_key) {
    static const std::string kSql = "SELECT " + std::string(kRunColumns) + " FROM runs WHERE key = ?";
    return connections_.Read([&](Database& database) {
        Statement row(database, kSql, run_key);
        return row.Step() ? std::optional(ReadRun(row)) : std::nullopt;
    });
}

std::vector<model::Run> SqliteRunStore::RunsByKey(const std::string& org, const std::vector<int64_t>& run_keys) {
    static const std::string kSql =
        "SELECT " + std::string(kRunColumns) +
        " FROM (SELECT key AS place, value AS wanted FROM json_each(?)) CROSS JOIN runs ON key = wanted WHERE org = ? "
        "ORDER BY place";
    const std::string keys = json::serialize(json::array(run_keys.begin(), run_keys.end()));
    return connections_.Read([&](Database& database) {
        Statement rows(database, kSql, keys, org);
        return ReadRuns(rows);
    });
}

std::vector<model::TaskAttempt> SqliteRunStore::Attempts(int64_t run_key) {
    static const std::string kSql =
        "SELECT " + std::string(kAttemptColumns) + ", extras FROM attempts WHERE run_key = ? ORDER BY task_id, attempt";
    return connections_.Read([&](Database& database) {
        std::vector<model::TaskAttempt> attempts;
        Statement rows(database, kSql, run_key);
        while (rows.Step()) attempts.push_back(ReadAttempt(rows));
        return attempts;
    });
}

std::vector<model::TaskAttempt> SqliteRunStore::AttemptsOfRuns(const std::vector<int64_t>& run_keys) {
    static const std::string kSql = "SELECT " + std::string(kAttemptColumns) +
                                    ", '' FROM json_each(?) AS wanted CROSS JOIN attempts ON run_key = wanted.value "
                                    "ORDER BY run_key, task_id, attempt";
    return connections_.Read([&](Database& database) {
        std::vector<model::TaskAttempt> attempts;
        const std::string keys = Ascending(run_keys);
        Statement rows(database, kSql, keys);
        while (rows.Step()) attempts.push_back(ReadAttempt(rows));
        return attempts;
    });
}

std::vector<model::Run> SqliteRunStore::History(const model::Scope& scope, const std::string& dag_id, Time before,
                                                size_t limit) {
    static const std::string kSql =
        "SELECT " + std::string(kRunColumns) +
        " FROM runs INDEXED BY runs_by_start WHERE org = ? AND deployment = ? AND dag_id = ? AND began_at < ? "
        "AND began_at > 0 ORDER BY began_at DESC, key DESC LIMIT ?";
    return connections_.Read([&](Database& database) {
        Statement rows(database, kSql, scope.org, scope.deployment, dag_id, before, limit);
        return ReadRuns(rows);
    });
}

std::vector<model::Run> SqliteRunStore::Later(const model::Scope& scope, const std::string& dag_id, Time from,
                                              size_t limit) {
    static const std::string kSql =
        "SELECT " + std::string(kRunColumns) +
        " FROM runs INDEXED BY runs_by_start WHERE org = ? AND deployment = ? AND dag_id = ? AND began_at >= ? "
        "ORDER BY began_at, key LIMIT ?";
    return connections_.Read([&](Database& database) {
        Statement rows(database, kSql, scope.org, scope.deployment, dag_id, from, limit);
        return ReadRuns(rows);
    });
}

}  // namespace dagy::store::sqlite
