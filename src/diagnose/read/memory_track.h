/// Watches figures of memory use in a log: did it grow towards a limit?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dagy::diagnose {

class MemoryTrack {
  public:
    /// A line that speaks of memory.
    void Add(std::string_view text, int64_t row);

    /// The words for "memory ran out" (`13 MB → 154 MB of 150 MB`), or nothing.
    std::optional<std::string> Growth() const;
    int64_t last_row() const { return last_row_; }
    const std::string& last_text() const { return last_text_; }

  private:
    double first_ = 0, last_ = 0, peak_ = 0, limit_ = 0;
    int samples_ = 0, falls_ = 0;
    int64_t last_row_ = -1;
    std::string last_text_;
};

}  // namespace dagy::diagnose
