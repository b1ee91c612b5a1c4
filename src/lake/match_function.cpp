#include "lake/match_function.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "lake/database.h"
#include "lake/statement.h"

namespace dagy::lake {

struct MatchCall::State {
    std::shared_mutex mutex;
    const TermMatcher* term = nullptr;  // nullptr: nobody wants to know any more
    std::stop_token stop;
    std::atomic<int64_t> rows_looked_at = 0;
};

namespace {

/// The calls that live.
class Calls {
  public:
    int64_t Add(std::shared_ptr<MatchCall::State> state) {
        const std::lock_guard lock(mutex_);
        states_.emplace(++last_, std::move(state));
        return last_;
    }
    void Remove(int64_t number) {
        const std::lock_guard lock(mutex_);
        states_.erase(number);
    }
    std::shared_ptr<MatchCall::State> Find(int64_t number) {
        const std::lock_guard lock(mutex_);
        const auto at = states_.find(number);
        return at == states_.end() ? nullptr : at->second;
    }

  private:
    std::mutex mutex_;
    std::unordered_map<int64_t, std::shared_ptr<MatchCall::State>> states_;
    int64_t last_ = 0;
};

// Never destroyed: DuckDB's threads may ask to the last moment.
Calls& AllCalls() {
    static Calls& calls = *new Calls;
    return calls;
}

void Match(MatchCall::State& state, duckdb_data_chunk input, size_t count, bool* result) {
    const std::shared_lock lock(state.mutex);
    if (state.term == nullptr || state.stop.stop_requested()) return;
    const ColumnView message(Duckdb().data_chunk_get_vector(input, 1));
    const ColumnView extras(Duckdb().data_chunk_get_vector(input, 2));
    for (size_t i = 0; i < count; ++i) {
        const std::string_view more = extras.Text(i);
        result[i] = state.term->In(message.Text(i)) || (!more.empty() && state.term->MayBeInJson(more));
    }
    state.rows_looked_at.fetch_add(static_cast<int64_t>(count), std::memory_order_relaxed);
}

// No exception may cross DuckDB's frames.
void MatchFunction(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const size_t count = Duckdb().data_chunk_get_size(input);
    if (count == 0) return;
    bool* result = static_cast<bool*>(Duckdb().vector_get_data(output));
    std::fill_n(result, count, false);
    try {
        const ColumnView number(Duckdb().data_chunk_get_vector(input, 0));
        const std::shared_ptr<MatchCall::State> state = AllCalls().Find(number.Int64(0));
        if (state) Match(*state, input, count, result);
    } catch (const std::exception& failed) {
        Duckdb().scalar_function_set_error(info, failed.what());
    }
}

void AddParameter(duckdb_scalar_function function, duckdb_type id) {
    duckdb_logical_type type = Duckdb().create_logical_type(id);
    Duckdb().scalar_function_add_parameter(function, type);
    Duckdb().destroy_logical_type(&type);
}

std::shared_ptr<MatchCall::State> StateOf(const TermMatcher& term, std::stop_token stop) {
    auto state = std::make_shared<MatchCall::State>();
    state->term = &term;
    state->stop = std::move(stop);
    return state;
}

}  // namespace

MatchCall::MatchCall(const TermMatcher& term, std::stop_token stop) : MatchCall(StateOf(term, std::move(stop))) {}

MatchCall::MatchCall(std::shared_ptr<State> state) : number_(AllCalls().Add(state)), state_(std::move(state)) {}

MatchCall::~MatchCall() {
    AllCalls().Remove(number_);
    const std::unique_lock lock(state_->mutex);
    state_->term = nullptr;
}

std::string MatchCall::Sql() const {
    return fmt::format("dagy_may_match({}, message, extras)", number_);
}

int64_t MatchCall::rows_looked_at() const {
    return state_->rows_looked_at.load();
}

void RegisterMatchFunction(duckdb_connection connection) {
    duckdb_scalar_function function = Duckdb().create_scalar_function();
    Duckdb().scalar_function_set_name(function, "dagy_may_match");
    AddParameter(function, DUCKDB_TYPE_BIGINT);
    AddParameter(function, DUCKDB_TYPE_VARCHAR);
    AddParameter(function, DUCKDB_TYPE_VARCHAR);
    duckdb_logical_type result = Duckdb().create_logical_type(DUCKDB_TYPE_BOOLEAN);
    Duckdb().scalar_function_set_return_type(function, result);
    Duckdb().destroy_logical_type(&result);
    Duckdb().scalar_function_set_special_handling(function);  // null is an empty text
    Duckdb().scalar_function_set_function(function, MatchFunction);
    const duckdb_state state = Duckdb().register_scalar_function(connection, function);
    Duckdb().destroy_scalar_function(&function);
    if (state == DuckDBError) throw DatabaseError("dagy_may_match cannot be registered");
}

}  // namespace dagy::lake
