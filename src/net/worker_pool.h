/// Threads for work that may block, behind a bounded queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace dagy::net {

/// Thread-safe.
class WorkerPool {
  public:
    using Job = std::move_only_function<void()>;

    WorkerPool(size_t threads, size_t queue_max);
    ~WorkerPool();

    /// False, and the job is dropped, when `queue_max` jobs wait already or the pool has stopped. Jobs must not throw.
    bool TrySubmit(Job job);

    /// Drops what waits, lets what runs end. Idempotent.
    void Stop();

  private:
    void Work();

    const size_t queue_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_;
    size_t free_threads_;
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace dagy::net
