#include "lake/row_matcher.h"

#include <algorithm>

#include "lake/field_matcher.h"
#include "lake/level_marks.h"
#include "lake/term_matcher.h"

namespace dagy::lake {
namespace {

// The text that stands for a row of which no text was asked for.
RowText MainText(const SearchRow& row, RowTexts& texts) {
    if (row.kind == model::RecordKind::kError && !row.error_title.empty()) return {"error_title", row.error_title};
    const RowText* first = texts.At(0);
    return first != nullptr ? *first : RowText{};
}

}  // namespace

RowMatcher::RowMatcher(RowQuery query) : query_(std::move(query)) {
    for (const TextTerm& term : query_.terms) terms_.emplace_back(term);
    for (const FieldTerm& field : query_.fields) fields_.emplace_back(field);
    for (const model::Level level : query_.levels) level_marks_.push_back(LevelMark(level));
    const auto positive = [](const TermMatcher& term) { return !term.negated(); };
    const auto first = std::find_if(terms_.begin(), terms_.end(), positive);
    if (first != terms_.end()) first_term_ = &*first;
}
RowMatcher::~RowMatcher() = default;
RowMatcher::RowMatcher(RowMatcher&&) noexcept = default;

bool RowMatcher::MayBeIn(model::RecordKind kind, const GramFilter& filter) const {
    const auto has = [&](const GramQuery& mark) { return filter.MayContain(mark); };
    if (NeverIn(kind) || (!level_marks_.empty() && std::ranges::none_of(level_marks_, has))) return false;
    return std::all_of(terms_.begin(), terms_.end(),
                       [&](const TermMatcher& term) { return term.negated() || term.MayBeIn(filter); }) &&
           std::all_of(fields_.begin(), fields_.end(),
                       [&](const FieldMatcher& field) { return !field.Prunes(kind) || field.MayBeIn(filter); });
}

bool RowMatcher::Prunes(model::RecordKind kind) const {
    return !query_.levels.empty() || std::any_of(terms_.begin(), terms_.end(), [](const TermMatcher& term) {
        return !term.negated() && term.Prunes();
    }) || std::any_of(fields_.begin(), fields_.end(), [&](const FieldMatcher& field) { return field.Prunes(kind); });
}

bool RowMatcher::Everything() const {
    return terms_.empty() && fields_.empty() && query_.levels.empty() && !query_.task;
}

bool RowMatcher::MayBeLog(model::Level level, std::optional<std::string_view> json) const {
    return HasLevel(level) && (!json || first_term_ == nullptr || first_term_->MayBeInEscaped(*json));
}

bool RowMatcher::HasLevel(const std::optional<model::Level>& level) const {
    return query_.levels.empty() || (level && std::ranges::find(query_.levels, *level) != query_.levels.end());
}

bool RowMatcher::HasTask(std::string_view phase, const SearchRow& row) const {
    return !query_.task || phase == *query_.task || row.task_id == *query_.task;
}

bool RowMatcher::Match(std::string_view phase, const SearchRow& row, RowTexts& texts, MatchedText* matched) const {
    if (!HasLevel(row.level) || !HasTask(phase, row)) return false;
    texts.Reset(row);
    for (const TermMatcher& term : terms_)
        if (term.InAny(texts) == term.negated()) return false;
    for (const FieldMatcher& field : fields_)
        if (!field.Match(row)) return false;
    if (matched != nullptr) Show(row, texts, *matched);
    return true;
}

void RowMatcher::Show(const SearchRow& row, RowTexts& texts, MatchedText& matched) const {
    for (const TermMatcher& term : terms_) {
        if (term.negated()) continue;
        for (size_t i = 0; const RowText* text = texts.At(i); ++i) {
            if (const std::optional<Place> place = term.Find(text->text)) {
                matched = {text->column, text->text, *place};
                return;
            }
        }
    }
    matched = {{}, MainText(row, texts).text, {}};
}

}  // namespace dagy::lake
