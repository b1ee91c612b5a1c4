/// Memory that all searches share: who needs more than is left waits for the others.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace dagy::lake {

/// Thread-safe.
class ByteBudget {
  public:
    explicit ByteBudget(int64_t bytes) : whole_(bytes), left_(bytes) {}

    /// Bytes that go back when it ends.
    class Share {
      public:
        Share() = default;
        Share(ByteBudget& owner, int64_t bytes) : owner_(&owner), bytes_(bytes) {}
        Share(Share&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), bytes_(other.bytes_) {}
        Share& operator=(Share&& other) noexcept {
            std::swap(owner_, other.owner_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        ~Share() {
            if (owner_ != nullptr) owner_->GiveBack(bytes_);
        }

      private:
        ByteBudget* owner_ = nullptr;
        int64_t bytes_ = 0;
    };

    /// Nothing if they are not there now. More than the whole counts as the whole.
    std::optional<Share> Try(int64_t bytes) {
        bytes = std::min(bytes, whole_);
        const std::lock_guard lock(mutex_);
        if (left_ < bytes) return std::nullopt;
        left_ -= bytes;
        return Share(*this, bytes);
    }
    /// Waits until they are there; after a stop, an empty share. Who has a share must not wait for another one.
    Share Wait(int64_t bytes, const std::stop_token& stop) {
        bytes = std::min(bytes, whole_);
        std::unique_lock lock(mutex_);
        if (!given_back_.wait(lock, stop, [&] { return left_ >= bytes; })) return {};
        left_ -= bytes;
        return {*this, bytes};
    }

  private:
    void GiveBack(int64_t bytes) {
        {
            const std::lock_guard lock(mutex_);
            left_ += bytes;
        }
        given_back_.notify_all();
    }

    const int64_t whole_;
    std::mutex mutex_;
    std::condition_variable_any given_back_;
    int64_t left_;
};

}  // namespace dagy::lake
