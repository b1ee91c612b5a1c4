#include "api/download_pool.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/error.h"

namespace dagy::api {

/// One of the bounded number of downloads; let go when the answer is over, or was never begun.
class DownloadPool::Place {
  public:
    explicit Place(DownloadPool& pool) : pool_(pool) {}
    ~Place() {
        const std::lock_guard lock(pool_.mutex_);
        --pool_.taken_;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

  private:
    DownloadPool& pool_;
};

DownloadPool::DownloadPool(size_t threads, size_t waiting_max) : places_max_(threads + waiting_max) {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

DownloadPool::~DownloadPool() {
    Stop();
}

void DownloadPool::Stop() {
    std::deque<std::function<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        dropped.swap(waiting_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

bool DownloadPool::stopping() const {
    const std::lock_guard lock(mutex_);
    return stop_;
}

net::Response DownloadPool::Answer(std::string content_type, std::function<void(net::StreamWriter&)> write) {
    {
        const std::lock_guard lock(mutex_);
        if (stop_ || taken_ >= places_max_)
            throw Error(ErrorCode::kUnavailable, "too many downloads are under way", "try again in a moment");
        ++taken_;
    }
    auto place = std::make_shared<Place>(*this);
    net::Response response;
    response.content_type = std::move(content_type);
    response.stream = [this, place = std::move(place),
                       write = std::move(write)](std::shared_ptr<net::StreamWriter> writer) {
        const std::lock_guard lock(mutex_);
        if (stop_) return writer->Abort();
        waiting_.push_back([place, write, writer] {
            try {
                write(*writer);
            } catch (const Error& failed) {
                spdlog::warn("a download was cut: {} {}", failed.detail(), failed.internal());
                writer->Abort();
            } catch (const std::exception& failed) {
                spdlog::error("a download was cut: {}", failed.what());
                writer->Abort();
            }
        });
        wake_.notify_one();
    };
    return response;
}

void DownloadPool::Run() {
    std::unique_lock lock(mutex_);
    while (true) {
        wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
        if (stop_) return;
        auto download = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        download();
        download = nullptr;  // its place goes back without the lock held
        lock.lock();
    }
}

bool WriteAtItsPace(net::StreamWriter& writer, std::string bytes) {
    constexpr size_t kBehindMax = size_t{1} << 20;
    constexpr std::chrono::seconds kStalled{30};
    return writer.Write(std::move(bytes)) && writer.WaitQueued(kBehindMax, std::chrono::steady_clock::now() + kStalled);
}

}  // namespace dagy::api
