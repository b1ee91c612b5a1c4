/// `depth=full` of the run search: keywords in every row, log line and error of a phase, in bounded time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/json.h"
#include "lake/lake.h"

namespace dagy::api {

constexpr size_t kMatchesOfARunMax = 20;

/// One request's look into phases; used from one thread.
class FullDepth {
  public:
    FullDepth(lake::Lake& lake, std::chrono::milliseconds time);

    /// Whether any row of any attempt of the phase has the keyword. Appends `{phase, attempt, kind, row, snippet}` of
    /// the rows that do to `matches` (nullptr: where they are does not matter) as long as there is room, and says in
    /// `truncated` if there was too little. Throws ProblemError 504 when the time is over: a page that lacks runs is
    /// never answered.
    bool Find(int64_t run_key, const std::string& phase, const std::string& keyword, json::array* matches,
              bool* truncated);

  private:
    void CheckTime() const;

    lake::Lake& lake_;
    const std::chrono::milliseconds time_;
    const std::chrono::steady_clock::time_point until_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::stop_source over_;
    std::jthread alarm_;  ///< stops a look that nothing is found in
};

}  // namespace dagy::api
