/// The threads of one search: each looks into one run at a time, and what they find is handed on in the order of the
/// runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/error.h"
#include "lake/lake.h"
#include "search/run_findings.h"
#include "search/run_walker.h"
#include "search/search_engine.h"

namespace dagy::search {

class RunCrew {
  public:
    struct Task {
        RunWalker& walker;
        lake::Lake& lake;
        const lake::RowMatcher& matcher;
        const SnippetCutter& snippets;
        lake::SearchScope scope;
        size_t hits_max = 50;        ///< kept of one run
        bool enough_at_max = false;  ///< a run that has found so many is done
    };

    RunCrew(const Task& task, size_t threads);
    /// Stops and waits for the threads.
    ~RunCrew();

    /// Something of the oldest run that is not over.
    struct Delivery {
        std::shared_ptr<const model::Run> run;
        Found found;
        bool run_over = false;
        std::optional<Error> error;  ///< of a run that is over
    };
    struct State {
        std::vector<Delivery> deliveries;  ///< in the order of the runs
        SearchProgress progress;
        bool over = false;  ///< no run is left and everything was delivered
    };
    /// Waits for hits to show or the end of a run, or until `until`. Rethrows what ended a thread.
    State Wait(std::chrono::steady_clock::time_point until);

    /// What the threads are doing ends soon; no further run is begun. Thread-safe.
    void Stop();

  private:
    struct Place;

    void Work();
    void LookInto(Place& place);
    std::shared_ptr<Place> Begin();
    void Tell(const Place& place);
    bool HasNews() const;

    const Task task_;
    std::stop_source stop_;
    std::mutex begin_mutex_;  ///< held while a run is begun, so that they are begun in order
    std::mutex mutex_;
    std::condition_variable news_, room_;
    std::deque<std::shared_ptr<Place>> open_;  ///< in the order of the runs; the first is the one that is delivered
    size_t working_ = 0;
    SearchProgress progress_;
    std::exception_ptr failure_;
    std::vector<std::jthread> threads_;
};

}  // namespace dagy::search
