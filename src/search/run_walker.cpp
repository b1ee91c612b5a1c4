#include "search/run_walker.h"

#include <utility>

namespace dagy::search {
namespace {

constexpr size_t kRunsARead = 500;

/// A single name without `*` is looked up by the store's own index.
std::optional<std::string> OneName(const NameCondition& names) {
    const bool one = names.wanted.size() == 1 && !names.wanted.front().contains('*');
    return one ? std::optional(names.wanted.front()) : std::nullopt;
}

}  // namespace

RunWalker::RunWalker(store::RunStore& store, store::RunQuery from, const Query& query)
    : store_(store), from_(std::move(from)), dags_(query.dags), runs_(query.runs) {
    if (const auto dag = OneName(dags_); dag && !from_.dag_id) from_.dag_id = dag;
    if (const auto run = OneName(runs_)) from_.run_ids = {*run};
    from_.limit = kRunsARead;
}

void RunWalker::ReadPage() {
    store::RunPage page = store_.Runs(from_);
    if (!from_.after_run_key) total_ = page.total;
    more_ = page.runs.size() == kRunsARead;
    if (more_) from_.after_run_key = page.runs.back().key;
    for (model::Run& run : page.runs) {
        if (dags_.Allows(run.dag_id) && runs_.Allows(run.run_id))
            page_.push_back(std::move(run));
        else
            ++passed_over_;
    }
}

std::optional<model::Run> RunWalker::Next() {
    const std::lock_guard lock(mutex_);
    while (page_.empty() && more_) ReadPage();
    if (page_.empty()) return std::nullopt;
    model::Run run = std::move(page_.front());
    page_.pop_front();
    return run;
}

int64_t RunWalker::total() const {
    const std::lock_guard lock(mutex_);
    return total_;
}

int64_t RunWalker::passed_over() const {
    const std::lock_guard lock(mutex_);
    return passed_over_;
}

}  // namespace dagy::search
