#include "store/sqlite/runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/error.h"
#include "store/sqlite/rows.h"

namespace dagy::store::sqlite {
namespace {

constexpr size_t kRunIdsMax = 10'000;

/// Conditions of a list of runs, with the values of their parameters.
class RunFilter {
  public:
    explicit RunFilter(const RunQuery& query) {
        And("org = ?", query.org);
        if (query.dag_id) And("dag_id = ?", *query.dag_id);
        if (query.deployment) And("deployment = ?", *query.deployment);
        if (query.date_from) And("partition_date >= ?", *query.date_from);
        if (query.date_to) And("partition_date <= ?", *query.date_to);
        if (!query.states.empty()) AndStates(query.states);
        if (!query.run_ids.empty()) AndRunIds(query.run_ids);
    }

    template <typename... Values>
    void And(const std::string& condition, Values&&... values) {
        sql_ += (sql_.empty() ? " WHERE " : " AND ") + condition;
        (values_.emplace_back(std::forward<Values>(values)), ...);
    }

    const std::string& sql() const { return sql_; }
    void Bind(Statement& statement) const {
        int index = 0;
        for (const auto& value : values_) {
            ++index;
            std::visit([&](const auto& it) { statement.BindAt(index, it); }, value);
        }
    }

  private:
    void AndStates(const std::vector<model::RunState>& states) {
        std::string names;
        for (const model::RunState state : states)
            names += (names.empty() ? "'" : ", '") + std::string(Name(state)) + "'";
        And("state IN (" + names + ")");
    }

    void AndRunIds(const std::vector<std::string>& ids) {
        if (ids.size() > kRunIdsMax)
            throw Error(ErrorCode::kTooLarge, fmt::format("more than {} run ids in one question", kRunIdsMax));
        std::string places;
        for (size_t i = 0; i < ids.size(); ++i) places += i == 0 ? "?" : ", ?";
        And("run_id IN (" + places + ")");
        for (const std::string& id : ids) values_.emplace_back(id);
    }

    std::string sql_;
    std::vector<std::variant<int64_t, std::string>> values_;
};

// Said outright: the planner has no statistics, and a wrong guess sorts 100,000 runs for a page of 20.
std::string From(const RunQuery& query) {
    if (!query.run_ids.empty()) return " FROM runs INDEXED BY sqlite_autoindex_runs_1";
    if (query.dag_id) return " FROM runs INDEXED BY runs_of_dag";
    if (query.states.size() == 1) return " FROM runs INDEXED BY runs_by_state";
    return " FROM runs INDEXED BY runs_of_org";
}

int64_t Total(Database& database, const RunQuery& query, const RunFilter& filter) {
    const bool counted = !query.date_from && !query.date_to && query.run_ids.empty();
    const std::string sql =
        counted ? "SELECT sum(runs) FROM dag_states" + filter.sql() : "SELECT count(*)" + From(query) + filter.sql();
    Statement row(database, sql);
    filter.Bind(row);
    return row.Number();
}

/// The place of a run in the order of lists; nothing if there is no such run.
bool AndAfter(Database& database, RunFilter& filter, const std::string& org, int64_t run_key) {
    Statement row(database, "SELECT partition_date, began_at FROM runs WHERE key = ? AND org = ?", run_key, org);
    if (!row.Step()) return false;
    std::string date;
    int64_t began = 0;
    row.Read(date, began);
    filter.And("(partition_date, began_at, key) < (?, ?, ?)", date, began, run_key);
    return true;
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
        RunFilter filter(query);
        RunPage page{.total = Total(database, query, filter)};
        if (query.after_run_key && !AndAfter(database, filter, query.org, *query.after_run_key)) return page;
        // The inner query walks the index alone, so that an offset does not read the rows that it skips.
        const std::string sql = "SELECT " + std::string(kRunColumns) + " FROM runs JOIN (SELECT key AS listed" +
                                From(query) + filter.sql() +
                                " ORDER BY partition_date DESC, began_at DESC, key DESC LIMIT " +
                                std::to_string(query.limit) + " OFFSET " + std::to_string(query.offset) +
                                ") ON key = listed ORDER BY partition_date DESC, began_at DESC, key DESC";
        Statement rows(database, sql);
        filter.Bind(rows);
        page.runs = ReadRuns(rows);
        return page;
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
