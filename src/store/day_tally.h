/// How the runs of a dag and their tasks fared on one day: what statistics add up, small enough to be kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/states.h"

namespace dagy::store {

struct RunSample {
    std::string run_id;
    model::RunState state = model::RunState::kQueued;
    std::optional<Time> started_at, ended_at;
};

struct AttemptSample {
    std::string task_id;  ///< without the map index
    int attempt = 1;
    model::AttemptState state = model::AttemptState::kQueued;
    std::optional<Time> started_at, ended_at;
};

/// Of the attempts of a task that began. One that never did says nothing of its task.
struct TaskTally {
    std::string task_id;
    int64_t attempts = 0, success = 0;
    int64_t failed = 0;           ///< timed out, too
    int64_t retried = 0;          ///< attempts after the first
    std::vector<int64_t> micros;  ///< what those that succeeded took, ascending
    bool operator==(const TaskTally&) const = default;
};

struct DayTally {
    std::string date;  ///< partition date
    int64_t success = 0, failed = 0, cancelled = 0;
    int64_t running = 0;                   ///< queued, too
    std::vector<int64_t> micros;           ///< what those that succeeded took, ascending
    std::vector<std::string> failed_runs;  ///< ids, in the order that they were added
    std::vector<TaskTally> tasks;          ///< by id
    int64_t runs() const { return success + failed + cancelled + running; }
    bool operator==(const DayTally&) const = default;
};

/// Makes a tally of samples.
class DayTallier {
  public:
    void Add(const RunSample& run);
    void Add(const AttemptSample& attempt);
    DayTally Take(std::string date);

  private:
    DayTally day_;
    std::map<std::string, TaskTally, std::less<>> tasks_;
};

/// All but the date.
std::string EncodeTally(const DayTally& day);
/// Throws kStorage for what EncodeTally never made.
DayTally DecodeTally(std::string_view bytes, std::string date);

}  // namespace dagy::store
