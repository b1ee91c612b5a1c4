/// Which runs a list is of, as SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "store/run_store.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// Conditions of a list of runs, with the values of their parameters.
class RunFilter {
  public:
    /// Of all runs of the query, wherever the page begins.
    explicit RunFilter(const RunQuery& query) : RunFilter(query, query.date_to) {}
    /// Only those behind `after_run_key`, if there is one; nothing if that run is not there.
    static std::optional<RunFilter> OfPage(Database& database, const RunQuery& query);

    template <typename... Values>
    void And(const std::string& condition, Values&&... values) {
        sql_ += (sql_.empty() ? " WHERE " : " AND ") + condition;
        (values_.emplace_back(std::forward<Values>(values)), ...);
    }

    const std::string& sql() const { return sql_; }
    void Bind(Statement& statement) const;

  private:
    RunFilter(const RunQuery& query, const std::optional<std::string>& date_to);
    void AndStates(const std::vector<model::RunState>& states);
    void AndRunIds(const std::vector<std::string>& ids);

    std::string sql_;
    std::vector<std::variant<int64_t, std::string>> values_;
};

/// ` FROM runs`, with the index that serves the question.
std::string TableOf(const RunQuery& query);

inline constexpr const char* kNewestFirst = " ORDER BY partition_date DESC, began_at DESC, key DESC";

}  // namespace dagy::store::sqlite
