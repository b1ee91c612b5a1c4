/// Threads for long answers, so that slow readers of logs never hold the workers that answer everybody else.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "net/http.h"

namespace dagy::api {

/// Thread-safe. Bounded: what does not fit is refused with 503 before the answer begins.
class DownloadPool {
  public:
    DownloadPool(size_t threads, size_t waiting_max);
    /// Ends after what is under way; downloads see that through `stopping`.
    ~DownloadPool();

    /// An answer whose `write` runs on a thread of the pool; an exception in it cuts the answer short, visibly. Throws
    /// kUnavailable when full.
    net::Response Answer(std::string content_type, std::function<void(net::StreamWriter&)> write);
    bool stopping() const;
    void Stop();

  private:
    class Place;
    void Run();

    const size_t places_max_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> waiting_;
    size_t taken_ = 0;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

/// Queues `bytes`, then waits while the client is more than 1 MiB behind. False when it is gone or has taken nothing
/// for 30 s.
bool WriteAtItsPace(net::StreamWriter& writer, std::string bytes);

}  // namespace dagy::api
