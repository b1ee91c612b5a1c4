/// The runs that a search looks into, newest first.
#pragma once

#include <deque>
#include <mutex>
#include <optional>

#include "model/run.h"
#include "search/query.h"
#include "store/run_store.h"

namespace dagy::search {

/// Reads the store page by page, so that memory does not grow with the number of runs. Thread-safe.
class RunWalker {
  public:
    /// `from` bounds the runs, `query` names those of them that are wanted.
    RunWalker(store::RunStore& store, store::RunQuery from, const Query& query);

    /// Nothing after the last one. Throws as the store does.
    std::optional<model::Run> Next();

    /// Runs within the bounds (0 before the first Next), and how many of them were passed over.
    int64_t total() const;
    int64_t passed_over() const;

  private:
    void ReadPage();

    store::RunStore& store_;
    store::RunQuery from_;
    const NameCondition dags_, runs_;

    mutable std::mutex mutex_;
    std::deque<model::Run> page_;
    bool more_ = true;
    int64_t total_ = 0, passed_over_ = 0;
};

}  // namespace dagy::search
