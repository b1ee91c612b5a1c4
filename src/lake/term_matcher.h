/// A TextTerm, compiled once.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "lake/gram_filter.h"
#include "lake/row_query.h"
#include "lake/search_row.h"
#include "lake/text_pattern.h"

namespace re2 {
class FilteredRE2;
class RE2;
}  // namespace re2

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

    // Cheap questions before dear ones; "no" is certain. A negated term answers for its text all the same.
    bool MayBeIn(const GramFilter& filter) const;
    /// False: no filter can ever rule anything out.
    bool Prunes() const;
    /// A pattern of ASCII that is in each match; nullptr if none is known.
    const TextPattern* Needle() const { return needle_ ? &*needle_ : nullptr; }
    /// In a value within this JSON text.
    bool MayBeInJson(std::string_view text) const;
    /// In a text of a row, whose JSON has them as they are but for what a backslash stands before.
    bool MayBeInEscaped(std::string_view json) const;
    /// In a number or truth value, as it is shown.
    bool MayBeInNumber() const { return may_be_number_; }

  private:
    std::optional<Place> FindWord(std::string_view text) const;
    void LearnAtoms(const std::string& regex);
    bool AtomsMayMatch(const GramFilter& filter) const;
    bool Needs(int atom) const;

    TextTerm::Form form_;
    bool negated_;
    TextPattern pattern_;
    GramQuery grams_;
    std::optional<TextPattern> letters_;  ///< the longest run of letters, which JSON never writes in another way
    bool may_be_number_ = true;
    std::unique_ptr<re2::RE2> regex_;
    std::unique_ptr<re2::FilteredRE2> filtered_;  ///< knows which atoms the regex cannot do without
    std::vector<GramQuery> atoms_;
    std::optional<TextPattern> needle_;
    std::optional<TextPattern> needed_;  ///< the longest atom that each match has
};

}  // namespace dagy::lake
