/// The runs that a search looks into, newest first.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "lake/lake.h"
#include "model/run.h"
#include "search/query.h"
#include "store/run_store.h"

namespace dagy::search {

/// Reads the store page by page, so that memory does not grow with the number of runs. Thread-safe.
class RunWalker {
  public:
    /// Tells which of the runs are worth a look.
    using MayHold = std::function<std::vector<lake::RunOutlook>(const std::vector<int64_t>& run_keys)>;

    /// `from` bounds the runs, `query` names those of them that are wanted.
    RunWalker(store::RunStore& store, store::RunQuery from, const Query& query, MayHold may_hold);

    /// Nothing after the last one, or after a stop. Throws as the store does.
    std::optional<model::Run> Next(const std::stop_token& stop);

    /// Runs within the bounds (0 before the first Next), and how many of them were passed over.
    int64_t total() const;
    int64_t passed_over() const;
    /// Rows of those that were passed over because they cannot hold what is looked for.
    int64_t rows_skipped() const;

  private:
    void ReadPage();

    store::RunStore& store_;
    store::RunQuery from_;
    const NameCondition dags_, runs_;
    const MayHold may_hold_;

    mutable std::mutex mutex_;
    std::deque<model::Run> page_;
    bool more_ = true;
    bool counted_ = false;
    int64_t total_ = 0, passed_over_ = 0, rows_skipped_ = 0;
};

}  // namespace dagy::search
