#include "net/worker_pool.h"

#include <algorithm>

namespace dagy::net {

WorkerPool::WorkerPool(size_t threads, size_t queue_max)
    : queue_max_(queue_max), free_threads_(std::max<size_t>(threads, 1)) {
    const size_t count = free_threads_;
    for (size_t i = 0; i < count; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
    Stop();
}

bool WorkerPool::TrySubmit(Job job) {
    {
        const std::lock_guard lock(mutex_);
        // A job that a free thread is about to take does not wait, so it does not count.
        if (stopped_ || queue_.size() >= queue_max_ + free_threads_) return false;
        queue_.push_back(std::move(job));
    }
    changed_.notify_one();
    return true;
}

void WorkerPool::Stop() {
    std::deque<Job> dropped;
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        dropped.swap(queue_);
        threads.swap(threads_);
    }
    changed_.notify_all();
    for (std::thread& thread : threads) thread.join();
}

void WorkerPool::Work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
        if (stopped_) return;
        Job job = std::move(queue_.front());
        queue_.pop_front();
        --free_threads_;
        lock.unlock();
        job();
        job = nullptr;  // what it holds is let go outside the lock
        lock.lock();
        ++free_threads_;
    }
}

}  // namespace dagy::net
