/// How a filter of texts tells of which levels its log lines are: a text that no row has, for each.
#pragma once

#include <array>
#include <optional>

#include "lake/gram_filter.h"
#include "model/record.h"

namespace dagy::lake {

/// What a filter of rows with a line of this level holds.
GramQuery LevelMark(model::Level level);

/// The levels of the rows of one filter.
class LevelsSeen {
  public:
    void Add(const std::optional<model::Level>& level) {
        if (level) seen_[static_cast<size_t>(*level)] = true;
    }
    /// Puts their marks into the filter that is being built, and forgets them.
    void MarkIn(GramFilterBuilder& builder);

  private:
    std::array<bool, 5> seen_{};
};

}  // namespace dagy::lake
