#include "search/run_walker.h"

#include <algorithm>
#include <utility>

namespace dagy::search {
namespace {

// Few at first, so that what was newest is found at once.
constexpr size_t kRunsFirstRead = 64;
constexpr size_t kRunsReadMax = 1024;

/// A single name without `*` is looked up by the store's own index.
std::optional<std::string> OneName(const NameCondition& names) {
    const bool one = names.wanted.size() == 1 && !names.wanted.front().contains('*');
    return one ? std::optional(names.wanted.front()) : std::nullopt;
}

}  // namespace

RunWalker::RunWalker(store::RunStore& store, store::RunQuery from, const Query& query, MayHold may_hold)
    : store_(store), from_(std::move(from)), dags_(query.dags), runs_(query.runs), may_hold_(std::move(may_hold)) {
    if (const auto dag = OneName(dags_); dag && !from_.dag_id) from_.dag_id = dag;
    if (const auto run = OneName(runs_)) from_.run_ids = {*run};
    from_.limit = 0;
}

void RunWalker::ReadPage() {
    if (!counted_) total_ = store_.Runs(from_).total;
    counted_ = true;
    from_.limit = std::clamp(2 * from_.limit, kRunsFirstRead, kRunsReadMax);
    const std::vector<store::RunNames> names = store_.Names(from_);
    more_ = names.size() == from_.limit;
    if (more_) from_.after_run_key = names.back().key;
    std::vector<int64_t> named, wanted;
    for (const store::RunNames& run : names)
        if (dags_.Allows(run.dag_id) && runs_.Allows(run.run_id)) named.push_back(run.key);
    const std::vector<lake::RunOutlook> outlooks = may_hold_(named);
    for (size_t i = 0; i < named.size(); ++i) {
        if (outlooks[i].may_hold) wanted.push_back(named[i]);
        rows_skipped_ += outlooks[i].rows;
    }
    passed_over_ += static_cast<int64_t>(names.size() - wanted.size());
    for (model::Run& run : store_.RunsByKey(from_.org, wanted)) page_.push_back(std::move(run));
}

// The lock is given back between pages: who asks how far it got does not wait for a run that may hold something.
std::optional<model::Run> RunWalker::Next(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const std::lock_guard lock(mutex_);
        if (page_.empty() && more_) ReadPage();
        if (page_.empty() && more_) continue;
        if (page_.empty()) return std::nullopt;
        model::Run run = std::move(page_.front());
        page_.pop_front();
        return run;
    }
    return std::nullopt;
}

int64_t RunWalker::total() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

int64_t RunWalker::rows_skipped() const {
    const std::lock_guard lock(mutex_);
    return rows_skipped_;
}

int64_t RunWalker::passed_over() const {
    const std::lock_guard lock(mutex_);
    return passed_over_;
}

}  // namespace dagy::search
