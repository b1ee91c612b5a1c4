/// How many streams are open, in all and for each identity.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace dagy::api {

/// Thread-safe.
class StreamSlots : public std::enable_shared_from_this<StreamSlots> {
  public:
    /// One open stream. Given back once: by hand, or when it is let go.
    class Slot {
      public:
        Slot(std::shared_ptr<StreamSlots> from, std::string who) : from_(std::move(from)), who_(std::move(who)) {}
        ~Slot() { GiveBack(); }
        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        void GiveBack() {
            if (!given_.exchange(true)) from_->Free(who_);
        }

      private:
        const std::shared_ptr<StreamSlots> from_;
        const std::string who_;
        std::atomic<bool> given_ = false;
    };

    StreamSlots(size_t each_max, size_t all_max) : each_max_(each_max), all_max_(all_max) {}

    /// Throws ProblemError too_many_streams (429).
    std::shared_ptr<Slot> Take(const std::string& who);
    size_t open() const;

  private:
    void Free(const std::string& who);

    const size_t each_max_;
    const size_t all_max_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, size_t> open_;
    size_t all_ = 0;
};

}  // namespace dagy::api
