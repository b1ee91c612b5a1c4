#include "search/run_crew.h"

#include <atomic>

namespace dagy::search {
namespace {

/// Runs that may be ahead of the one that is delivered.
constexpr size_t kAheadMax = 16;

}  // namespace

struct RunCrew::Place {
    Place(model::Run taken, const Task& task)
        : run(std::make_shared<const model::Run>(std::move(taken))), findings(*run, task.snippets, task.hits_max) {}

    /// False if this run has found enough. `first` is set where hits wait to be taken now and none did before.
    bool Add(const lake::RowHit& hit, const Task& task, bool* first) {
        const std::lock_guard lock(mutex);
        const bool had = findings.HasHits();
        findings.Add(hit);
        *first = !had && findings.HasHits();
        has_hits = findings.HasHits();
        return !task.enough_at_max || findings.hits_seen() < static_cast<int64_t>(task.hits_max);
    }
    Found Take() {
        const std::lock_guard lock(mutex);
        has_hits = false;
        return findings.Take();
    }

    const std::shared_ptr<const model::Run> run;
    std::atomic<bool> has_hits = false;
    bool over = false;
    std::optional<Error> error;

  private:
    std::mutex mutex;
    RunFindings findings;
};

RunCrew::RunCrew(const Task& task, size_t threads) : task_(task), working_(threads) {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

RunCrew::~RunCrew() {
    Stop();
}

void RunCrew::Stop() {
    stop_.request_stop();
    const std::lock_guard lock(mutex_);
    room_.notify_all();
}

void RunCrew::Work() {
    try {
        while (const std::shared_ptr<Place> place = Begin()) LookInto(*place);
    } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    --working_;
    news_.notify_one();
}

std::shared_ptr<RunCrew::Place> RunCrew::Begin() {
    {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return open_.size() < kAheadMax || stop_.stop_requested(); });
    }
    const std::lock_guard in_order(begin_mutex_);
    if (stop_.stop_requested()) return nullptr;
    auto run = task_.walker.Next(stop_.get_token());
    if (!run) return nullptr;
    auto place = std::make_shared<Place>(*std::move(run), task_);
    const std::lock_guard lock(mutex_);
    open_.push_back(place);
    return place;
}

void RunCrew::LookInto(Place& place) {
    lake::SearchTally tally;
    std::optional<Error> error;
    const auto take = [&](const lake::RowHit& hit) {
        bool first = false;
        const bool more = place.Add(hit, task_, &first);
        if (first) Tell(place);
        return more;
    };
    try {
        tally = task_.lake.SearchRun(place.run->key, task_.matcher, task_.scope, take, stop_.get_token());
    } catch (const Error& failed) {
        // What a stop does to a read under way is no fault of the run.
        if (!stop_.stop_requested()) error = failed;
    }
    {
        const std::lock_guard lock(mutex_);
        progress_.rows_scanned += tally.rows_scanned;
        progress_.rows_skipped += tally.rows_skipped;
        if (tally.complete || !stop_.stop_requested()) ++progress_.runs_seen;
        place.error = std::move(error);
        place.over = true;
    }
    Tell(place);
}

/// Only the oldest run is waited for.
void RunCrew::Tell(const Place& place) {
    const std::lock_guard lock(mutex_);
    if (!open_.empty() && open_.front().get() == &place) news_.notify_one();
}

bool RunCrew::HasNews() const {
    return failure_ || (open_.empty() ? working_ == 0 : open_.front()->over || open_.front()->has_hits);
}

RunCrew::State RunCrew::Wait(std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    news_.wait_until(lock, until, [this] { return HasNews(); });
    if (failure_) std::rethrow_exception(failure_);
    State state;
    while (!open_.empty()) {
        Place& first = *open_.front();
        state.deliveries.push_back(
            {.run = first.run, .found = first.Take(), .run_over = first.over, .error = first.error});
        if (!first.over) break;
        open_.pop_front();
    }
    room_.notify_all();
    state.progress = progress_;
    state.over = open_.empty() && working_ == 0;
    return state;
}

}  // namespace dagy::search
