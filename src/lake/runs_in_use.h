/// Which runs are being read in this process.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

namespace dagy::lake {

/// Thread-safe.
class RunsInUse {
  public:
    /// Holds a run while it lives.
    class Hold {
      public:
        Hold(RunsInUse& owner, int64_t run_key) : owner_(owner), run_key_(run_key) { owner_.Count(run_key_, 1); }
        ~Hold() { owner_.Count(run_key_, -1); }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

      private:
        RunsInUse& owner_;
        const int64_t run_key_;
    };

    bool Has(int64_t run_key) const {
        const std::lock_guard lock(mutex_);
        return holds_.contains(run_key);
    }

  private:
    void Count(int64_t run_key, int change) {
        const std::lock_guard lock(mutex_);
        if ((holds_[run_key] += change) == 0) holds_.erase(run_key);
    }

    mutable std::mutex mutex_;
    std::map<int64_t, int> holds_;
};

}  // namespace dagy::lake
