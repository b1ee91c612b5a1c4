/// Search in the rows of all runs of an organization, newest run first.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "lake/lake.h"
#include "search/group.h"
#include "search/query.h"
#include "store/run_store.h"

namespace dagy::search {

struct SearchRequest {
    std::string org;
    std::optional<std::string> deployment, dag_id;
    std::optional<std::string> date_from, date_to;  ///< partition dates, inclusive
    Query query;
    size_t hits_max = 50;   ///< rows that are shown
    bool count_all = true;  ///< false: ends as soon as `hits_max` rows are found
};

struct SearchLimits {
    std::chrono::milliseconds time{30000};
    size_t runs_at_once = 2;
    int64_t hits_counted_max = 10'000'000;
    std::chrono::milliseconds progress_every{200};
};

struct SearchProgress {
    int64_t runs_seen = 0;
    int64_t runs_total = 0;
    int64_t rows_scanned = 0;
    int64_t rows_skipped = 0;  ///< ruled out by an index
    int64_t hits = 0;          ///< rows that fulfil the query
};

enum class SearchEnd {
    kComplete,  ///< every row was looked at or ruled out
    kLimit,     ///< as many rows as were asked for, or as may be counted, were found
    kTime,
    kStopped,
    kErrors  ///< some runs could not be read; the listener was told which
};

/// Is told what is found, in order, from the thread that called Search.
class SearchListener {
  public:
    virtual ~SearchListener() = default;
    virtual void OnHit(const Hit& hit) = 0;
    /// A group that is new or has grown.
    virtual void OnGroup(const Group& group) = 0;
    virtual void OnProgress(const SearchProgress& progress) = 0;
    /// This run could not be read to its end; the search goes on with the others. Told of at most 100 runs.
    virtual void OnError(const model::Run& run, const Error& error) = 0;
};

struct SearchOutcome {
    SearchEnd end = SearchEnd::kComplete;
    SearchProgress progress;
    std::vector<Group> groups;       ///< best first
    int64_t hits_without_group = 0;  ///< of groups that were one too many
    int64_t runs_failed = 0;
};

/// Thread-safe. Each search has `runs_at_once` threads of its own while it runs.
class SearchEngine {
  public:
    /// What is handed in outlives the engine.
    SearchEngine(store::RunStore& runs, lake::Lake& lake, SearchLimits limits = {})
        : runs_(runs), lake_(lake), limits_(limits) {}

    /// Blocks until the end. A stop, the time limit and a listener that throws end the work under way at once. Throws
    /// kInvalidInput for a regex that is none, and what the run store throws.
    SearchOutcome Search(const SearchRequest& request, SearchListener& listener, std::stop_token stop = {});

    const SearchLimits& limits() const { return limits_; }

  private:
    store::RunStore& runs_;
    lake::Lake& lake_;
    const SearchLimits limits_;
};

/// What to try where nothing was found; empty if there is nothing to say.
std::string HintFor(const SearchRequest& request, const SearchOutcome& outcome);

}  // namespace dagy::search
