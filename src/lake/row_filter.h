/// What a page asks of a row.
#pragma once

#include <optional>

#include "lake/lake.h"
#include "lake/text_pattern.h"

namespace dagy::lake {

class RowFilter {
  public:
    explicit RowFilter(const PageQuery& query);
    /// Every row passes.
    bool Empty() const { return !level_ && !pattern_; }
    const std::optional<model::Level>& level() const { return level_; }
    const std::optional<TextPattern>& pattern() const { return pattern_; }

    bool Passes(const model::LogRow& row) const;
    bool Passes(const model::ErrorRow& row) const;
    bool Passes(const model::DataRow& row) const;

  private:
    std::optional<model::Level> level_;
    std::optional<TextPattern> pattern_;
};

}  // namespace dagy::lake
