#include "store/sqlite/run_filter.h"

#include <fmt/format.h>

#include "base/error.h"
#include "store/sqlite/phase_rows.h"

namespace dagy::store::sqlite {
namespace {

constexpr size_t kRunIdsMax = 10'000;

}  // namespace

RunFilter::RunFilter(const RunQuery& query, const std::optional<std::string>& date_to) {
    And("org = ?", query.org);
    if (query.dag_id) And("dag_id = ?", *query.dag_id);
    if (query.deployment) And("deployment = ?", *query.deployment);
    if (query.date_from) And("partition_date >= ?", *query.date_from);
    if (date_to) And("partition_date <= ?", *date_to);
    for (const PhaseCondition& condition : query.phases)
        And(std::string(StatusColumn(condition.phase)) + " = ?", static_cast<int64_t>(condition.status));
    if (!query.states.empty()) AndStates(query.states);
    if (!query.run_ids.empty()) AndRunIds(query.run_ids);
}

// SQLite takes one upper bound to walk the index from: with the date beside the place, each page would walk through all
// pages before it.
std::optional<RunFilter> RunFilter::OfPage(Database& database, const RunQuery& query) {
    if (!query.after_run_key) return RunFilter(query);
    Statement row(database, "SELECT partition_date, began_at FROM runs WHERE key = ? AND org = ?", *query.after_run_key,
                  query.org);
    if (!row.Step()) return std::nullopt;
    std::string date;
    int64_t began = 0;
    row.Read(date, began);
    if (query.date_to && date > *query.date_to) return RunFilter(query);  // all of them are behind it
    RunFilter filter(query, std::nullopt);
    filter.And("(partition_date, began_at, key) < (?, ?, ?)", date, began, *query.after_run_key);
    return filter;
}

void RunFilter::Bind(Statement& statement) const {
    int index = 0;
    for (const auto& value : values_) {
        ++index;
        std::visit([&](const auto& it) { statement.BindAt(index, it); }, value);
    }
}

void RunFilter::AndStates(const std::vector<model::RunState>& states) {
    std::string names;
    for (const model::RunState state : states) names += (names.empty() ? "'" : ", '") + std::string(Name(state)) + "'";
    And("state IN (" + names + ")");
}

void RunFilter::AndRunIds(const std::vector<std::string>& ids) {
    if (ids.size() > kRunIdsMax)
        throw Error(ErrorCode::kTooLarge, fmt::format("more than {} run ids in one question", kRunIdsMax));
    std::string places;
    for (size_t i = 0; i < ids.size(); ++i) places += i == 0 ? "?" : ", ?";
    And("run_id IN (" + places + ")");
    for (const std::string& id : ids) values_.emplace_back(id);
}

// Said outright: the planner has no statistics, and a wrong guess sorts 100,000 runs for a page of 20.
std::string TableOf(const RunQuery& query) {
    if (!query.run_ids.empty()) return " FROM runs INDEXED BY sqlite_autoindex_runs_1";
    if (query.dag_id) return " FROM runs INDEXED BY runs_of_dag";
    if (query.states.size() == 1) return " FROM runs INDEXED BY runs_by_state";
    return " FROM runs INDEXED BY runs_of_org";
}

}  // namespace dagy::store::sqlite
