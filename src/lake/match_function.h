/// A term of ours as a function of DuckDB's: `WHERE dagy_may_match(<a number>, message, extras)`. So rows are looked at
/// on DuckDB's threads where they were decoded, and of those that are no hit it need not read any other column.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "lake/duckdb_api.h"
#include "lake/term_matcher.h"

namespace dagy::lake {

/// A term for statements to call, while it lives. DuckDB's threads may be at work on a statement that was left early
/// for a moment longer: they find nothing then, and what they look at now is waited for.
class MatchCall {
  public:
    /// Once a stop is asked for, no row matches.
    MatchCall(const TermMatcher& term, std::stop_token stop);
    ~MatchCall();
    MatchCall(const MatchCall&) = delete;
    MatchCall& operator=(const MatchCall&) = delete;

    /// For a WHERE.
    std::string Sql() const;
    int64_t rows_looked_at() const;

    struct State;

  private:
    explicit MatchCall(std::shared_ptr<State> state);

    const int64_t number_;
    std::shared_ptr<State> state_;
};

/// Makes `dagy_may_match` known to the connection's database.
void RegisterMatchFunction(duckdb_connection connection);

}  // namespace dagy::lake
