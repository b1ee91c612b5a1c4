/// The runs that keywords of the run search have found, kept for the pages that come next.
#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/json.h"

namespace dagy::api {

/// A run's place in lists, newest first.
struct RunPlace {
    std::string date;
    int64_t began_at = 0;
    int64_t key = 0;
    auto operator<=>(const RunPlace&) const = default;
};

/// Newest first.
using Matches = std::vector<RunPlace>;

/// Thread-safe; bounded.
class KnownMatches {
  public:
    /// nullptr unless this very question was answered when the last event was `seq`.
    std::shared_ptr<const Matches> Find(const std::string& question, int64_t seq);
    void Keep(const std::string& question, int64_t seq, std::shared_ptr<const Matches> matches);

  private:
    struct Known {
        std::string question;
        int64_t seq = 0;
        std::shared_ptr<const Matches> matches;
    };
    std::mutex mutex_;
    std::list<Known> known_;  // the last used first
    size_t runs_ = 0;
};

}  // namespace dagy::api
