/// The part of a text that shows a hit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lake/row_query.h"
#include "lake/term_matcher.h"

namespace dagy::search {

constexpr size_t kSnippetCharactersMax = 240;

struct Snippet {
    std::string text;  ///< one line; cut ends are `…`
    /// [start, end) of every match in `text`, in code points, in order, without overlap.
    std::vector<std::pair<size_t, size_t>> highlights;
};

/// Cuts the line around the hit of `text` and marks every match of the positive terms in it. Thread-safe.
class SnippetCutter {
  public:
    explicit SnippetCutter(const lake::RowQuery& query);
    /// `at` and `length` as RowHit's.
    Snippet Cut(std::string_view text, size_t at, size_t length) const;

  private:
    std::vector<lake::TermMatcher> terms_;
};

/// At most so many code points; a cut end is `…`. White space in a row becomes one space.
std::string FirstCharacters(std::string_view text, size_t characters_max);

}  // namespace dagy::search
