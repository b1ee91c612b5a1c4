/// A RowQuery, compiled once: the one way in which rows are matched, whatever they were read from.
#pragma once

#include <string_view>
#include <vector>

#include "lake/gram_filter.h"
#include "lake/row_query.h"
#include "lake/search_row.h"
#include "lake/text_pattern.h"

namespace dagy::lake {

class TermMatcher;
class FieldMatcher;

/// What of a row fulfilled a query; the views live as long as the row and its RowTexts.
struct MatchedText {
    std::string_view field;  ///< as RowHit's
    std::string_view text;
    Place place;
};

/// Immutable, so free to share between threads.
class RowMatcher {
  public:
    /// Throws kInvalidInput for a regex that is none, with the fault and its place.
    explicit RowMatcher(RowQuery query);
    ~RowMatcher();
    RowMatcher(RowMatcher&&) noexcept;
    RowMatcher& operator=(RowMatcher&&) = delete;

    const RowQuery& query() const { return query_; }
    /// Every row fulfils it.
    bool Everything() const;

    // Cheap questions before the dear one; "no" is certain.
    /// In a block of rows of this kind whose searchable texts the filter has.
    bool MayBeIn(model::RecordKind kind, const GramFilter& filter) const;
    /// No row of this kind fulfils it: log lines alone have a level.
    bool NeverIn(model::RecordKind kind) const { return !query_.levels.empty() && kind != model::RecordKind::kLog; }
    /// A log row that is still as it was written into a pending block (store/pending_codec.h); without JSON, any of
    /// this level.
    bool MayBeLog(model::Level level, std::optional<std::string_view> json) const;
    /// False: MayBeIn is always true.
    bool Prunes(model::RecordKind kind) const;
    /// The term that is worth asking first, if there is one that must be in a row.
    const TermMatcher* FirstTerm() const { return first_term_; }

    /// Whether a row of `phase` fulfils the query, and what of it does. `texts` is scratch memory.
    bool Match(std::string_view phase, const SearchRow& row, RowTexts& texts, MatchedText* matched = nullptr) const;

  private:
    bool HasLevel(const std::optional<model::Level>& level) const;
    bool HasTask(std::string_view phase, const SearchRow& row) const;
    void Show(const SearchRow& row, RowTexts& texts, MatchedText& matched) const;

    RowQuery query_;
    std::vector<TermMatcher> terms_;
    std::vector<FieldMatcher> fields_;
    const TermMatcher* first_term_ = nullptr;
    std::vector<GramQuery> level_marks_;
};

}  // namespace dagy::lake
