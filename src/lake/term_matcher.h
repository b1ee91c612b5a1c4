/// A TextTerm, compiled once.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "lake/row_query.h"
#include "lake/search_row.h"
#include "lake/text_pattern.h"

namespace re2 {
class RE2;
}

namespace dagy::lake {

/// Immutable, so free to share between threads.
class TermMatcher {
  public:
    /// Throws kInvalidInput for a regex that is none.
    explicit TermMatcher(const TextTerm& term);
    ~TermMatcher();
    TermMatcher(TermMatcher&&) noexcept;

    bool negated() const { return negated_; }
    bool In(std::string_view text) const;
    bool InAny(RowTexts& texts) const;
    std::optional<Place> Find(std::string_view text) const;

  private:
    std::optional<Place> FindWord(std::string_view text) const;

    TextTerm::Form form_;
    bool negated_;
    TextPattern pattern_;
    std::unique_ptr<re2::RE2> regex_;
};

}  // namespace dagy::lake
