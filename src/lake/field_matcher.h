/// A FieldTerm, compiled once.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "lake/gram_filter.h"
#include "lake/row_query.h"
#include "lake/search_row.h"
#include "lake/text_pattern.h"

namespace dagy::lake {

/// A number as it was written: whole ones keep every digit.
struct Number {
    std::optional<int64_t> whole;
    double real = 0;
};
std::optional<Number> ParseNumber(std::string_view text);

/// Immutable, so free to share between threads.
class FieldMatcher {
  public:
    explicit FieldMatcher(const FieldTerm& term);
    /// A column name that no column has but for case stands for the one that has it.
    bool Match(const SearchRow& row) const;

    /// Whether a filter of texts of this kind can rule it out. The column has to be one of the searchable texts, and
    /// the value to be compared as text.
    bool Prunes(model::RecordKind kind) const;
    bool MayBeIn(const GramFilter& filter) const { return filter.MayContain(grams_); }

  private:
    bool Holds(std::string_view text) const;
    std::partial_ordering Compare(std::string_view text) const;

    FieldTerm term_;
    TextPattern pattern_;
    GramQuery grams_;
    std::optional<Number> number_;
    std::optional<Time> time_;
};

}  // namespace dagy::lake
