/// Work that is done a little ahead of who takes its results, on a second thread beside the taker's own. Results come
/// in the order of the work, whoever did it.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "lake/byte_budget.h"

namespace dagy::lake {

/// For one taker. A piece of work is begun only if the budget has the bytes for its result; the first one waits for
/// them, so that takers never wait for each other in a circle.
template <class Result>
class WorkAhead {
  public:
    struct Work {
        int64_t bytes = 0;
        std::function<Result()> run;
    };
    /// Called for one piece of work after the other, by one thread at a time; nothing at the end. Must not throw.
    using NextWork = std::function<std::optional<Work>()>;

    /// Without a helper everything is done by the taker, when it is asked for.
    WorkAhead(ByteBudget& budget, NextWork next, bool helped, std::stop_token stop)
        : budget_(budget), next_(std::move(next)), helped_(helped), stop_(std::move(stop)) {}
    ~WorkAhead() {
        {
            const std::lock_guard lock(mutex_);
            left_ = true;
        }
        changed_.notify_all();
    }
    WorkAhead(const WorkAhead&) = delete;
    WorkAhead& operator=(const WorkAhead&) = delete;

    /// The next result, until Pop; waits for it. nullptr at the end. Rethrows what its work threw.
    Result* Front() {
        std::unique_lock lock(mutex_);
        while (true) {
            if (!places_.empty() && places_.front()->done) break;
            if (ended_ && places_.empty()) return nullptr;
            if (CanBegin()) {
                lock.unlock();
                const bool worked = WorkOnce(true);
                lock.lock();
                if (worked) continue;
            }
            if (!places_.empty()) changed_.wait(lock, [this] { return places_.front()->done; });
        }
        Place& front = *places_.front();
        if (front.failure) std::rethrow_exception(front.failure);
        return &*front.result;
    }

    /// Gives the memory of the front result back. The helper begins with the second one: many takers have enough with
    /// the first.
    void Pop() {
        std::shared_ptr<Place> taken;
        {
            const std::lock_guard lock(mutex_);
            taken = std::move(places_.front());
            places_.pop_front();
        }
        taken.reset();
        changed_.notify_all();
        if (helped_ && !helper_.joinable()) helper_ = std::jthread([this] { Help(); });
    }

  private:
    static constexpr size_t kPlacesMax = 4;

    struct Place {
        ByteBudget::Share share;
        std::function<Result()> run;
        bool done = false;
        std::optional<Result> result;
        std::exception_ptr failure;
    };

    bool CanBegin() const { return !ended_ && places_.size() < kPlacesMax; }

    /// False if nothing could be begun.
    bool WorkOnce(bool may_wait) {
        const std::shared_ptr<Place> place = Begin(may_wait);
        if (!place) return false;
        try {
            place->result.emplace(place->run());
        } catch (...) {
            place->failure = std::current_exception();
        }
        {
            const std::lock_guard lock(mutex_);
            place->done = true;
        }
        changed_.notify_all();
        return true;
    }

    /// One at a time, so that places are in the order of the work.
    std::shared_ptr<Place> Begin(bool may_wait) {
        const std::lock_guard in_order(begin_mutex_);
        if (!waiting_) waiting_ = next_();
        const std::lock_guard lock(mutex_);
        if (!waiting_) {
            ended_ = true;
            changed_.notify_all();
            return nullptr;
        }
        if (left_) return nullptr;
        auto place = std::make_shared<Place>();
        if (may_wait && places_.empty())
            place->share = budget_.Wait(waiting_->bytes, stop_);
        else if (std::optional<ByteBudget::Share> share = budget_.Try(waiting_->bytes))
            place->share = *std::move(share);
        else
            return nullptr;
        place->run = std::exchange(waiting_, std::nullopt)->run;
        places_.push_back(place);
        return place;
    }

    void Help() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return left_ || ended_ || CanBegin(); });
            if (left_ || ended_) return;
            lock.unlock();
            const bool worked = WorkOnce(false);
            lock.lock();
            // Without memory the taker goes on alone until it has given some back.
            if (!worked && !left_ && !ended_) changed_.wait(lock);
        }
    }

    ByteBudget& budget_;
    const NextWork next_;
    const bool helped_;
    const std::stop_token stop_;
    std::mutex begin_mutex_;
    std::optional<Work> waiting_;  ///< for memory
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Place>> places_;
    bool ended_ = false;   ///< there is no more work
    bool left_ = false;    ///< the taker has enough
    std::jthread helper_;  ///< last, so that it ends first
};

}  // namespace dagy::lake
