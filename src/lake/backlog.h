/// How much waits as pending rows: readers and the settler hold all of a phase's at once, so it must not grow for ever.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "model/batch.h"

namespace dagy::lake {

/// Thread-safe. Counts what this process has brought; an estimate, and settled elsewhere it is too high.
class Backlog {
  public:
    explicit Backlog(size_t bytes_max) : bytes_max_(bytes_max) {}

    /// True: so much has piled up in the group's phase that it should be settled now; it counts from nothing again.
    bool Add(const model::Scope& scope, const model::RecordGroup& group);

  private:
    using Place = std::tuple<std::string, std::string, model::RunName, std::string, int>;

    const size_t bytes_max_;
    std::mutex mutex_;
    std::map<Place, size_t> bytes_;
};

}  // namespace dagy::lake
