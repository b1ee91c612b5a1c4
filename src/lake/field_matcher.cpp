#include "lake/field_matcher.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace dagy::lake {
namespace {

using Text = std::optional<std::string>;

Text NonEmpty(std::string_view text) {
    return text.empty() ? std::nullopt : Text(text);
}
Text Shown(const std::optional<int64_t>& number) {
    return number ? Text(fmt::format("{}", *number)) : std::nullopt;
}
Text Shown(const std::optional<Time>& time) {
    return time ? Text(FormatTime(*time)) : std::nullopt;
}

Text TableColumn(const SearchRow& row, std::string_view name) {
    if (name == "_row") return fmt::format("{}", row.row);
    if (name == "ts") return Shown(row.ts);
    if (name == "task_id") return NonEmpty(row.task_id);
    if (name == "extras") return NonEmpty(row.extras);
    if (row.kind == model::RecordKind::kLog) {
        if (name == "message") return Text(row.message);
        if (name == "level") return row.level ? Text(model::Name(*row.level)) : std::nullopt;
        if (name == "logger") return NonEmpty(row.logger);
        if (name == "source_file") return NonEmpty(row.source_file);
        if (name == "source_line") return Shown(row.source_line);
        return std::nullopt;
    }
    if (name == "error_type") return NonEmpty(row.error_type);
    if (name == "error_title") return NonEmpty(row.error_title);
    if (name == "error_status") return Shown(row.error_status);
    if (name == "error_detail") return NonEmpty(row.error_detail);
    if (name == "traceback") return NonEmpty(row.traceback);
    if (name == "signature") return NonEmpty(row.signature);
    if (name == "log_row") return Shown(row.log_row);
    return std::nullopt;
}

Text DataColumn(const SearchRow& row, std::string_view name) {
    const json::value* value = row.columns->if_contains(name);
    if (value == nullptr) {
        const std::string folded = FoldCase(name);
        if (folded == "_row") return fmt::format("{}", row.row);
        for (const auto& member : *row.columns)
            if (FoldCase(member.key()) == folded) value = &member.value();
    }
    return value == nullptr || value->is_null() ? std::nullopt : Text(ShownText(*value));
}

Text ColumnOf(const SearchRow& row, std::string_view name) {
    return row.columns != nullptr ? DataColumn(row, name) : TableColumn(row, FoldCase(name));
}

std::optional<Time> ParseMoment(std::string_view text) {
    if (const std::optional<Time> time = ParseTime(text)) return time;
    const auto date = ParseDate(text);
    return date ? std::optional<Time>(*date) : std::nullopt;
}

template <class T>
bool ParseAll(std::string_view text, T& number) {
    const char* end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, number);
    return failed == std::errc() && stopped == end;
}

}  // namespace

std::optional<Number> ParseNumber(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    Number number;
    if (int64_t whole = 0; ParseAll(text, whole)) {
        number.whole = whole;
        number.real = static_cast<double>(whole);
        return number;
    }
    if (text.empty() || text.contains('n') || text.contains('N') || !ParseAll(text, number.real) ||
        !std::isfinite(number.real))
        return std::nullopt;  // "nan" and "infinity" are words here
    return number;
}

FieldMatcher::FieldMatcher(const FieldTerm& term)
    : term_(term),
      pattern_(term.value),
      grams_(pattern_.folded()),
      number_(ParseNumber(term.value)),
      time_(ParseMoment(term.value)) {}

bool FieldMatcher::Prunes(model::RecordKind kind) const {
    const bool as_text =
        term_.op == FieldTerm::Op::kContains || (term_.op == FieldTerm::Op::kEqual && !number_ && !time_);
    if (term_.negated || !as_text || grams_.Empty()) return false;
    const std::string column = FoldCase(term_.column);
    if (kind == model::RecordKind::kLog) return column == "message";
    if (kind == model::RecordKind::kError)
        return column == "error_type" || column == "error_title" || column == "error_detail" || column == "traceback";
    return column != "_row";
}

bool FieldMatcher::Match(const SearchRow& row) const {
    const Text text = ColumnOf(row, term_.column);
    return (text && Holds(*text)) != term_.negated;
}

bool FieldMatcher::Holds(std::string_view text) const {
    if (term_.op == FieldTerm::Op::kContains) return pattern_.In(text);
    const std::partial_ordering order = Compare(text);
    switch (term_.op) {
        case FieldTerm::Op::kEqual:
            return order == 0;
        case FieldTerm::Op::kLess:
            return order < 0;
        case FieldTerm::Op::kLessEqual:
            return order <= 0;
        case FieldTerm::Op::kGreater:
            return order > 0;
        case FieldTerm::Op::kGreaterEqual:
            return order >= 0;
        case FieldTerm::Op::kContains:
            break;
    }
    return false;
}

// How the column's value stands to the term's.
std::partial_ordering FieldMatcher::Compare(std::string_view text) const {
    if (const std::optional<Number> number = number_ ? ParseNumber(text) : std::nullopt) {
        if (number->whole && number_->whole) return *number->whole <=> *number_->whole;
        return number->real <=> number_->real;
    }
    if (const std::optional<Time> time = time_ ? ParseMoment(text) : std::nullopt)
        return ToMicros(*time) <=> ToMicros(*time_);
    return FoldCase(text).compare(pattern_.folded()) <=> 0;
}

}  // namespace dagy::lake
