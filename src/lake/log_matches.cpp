#include "lake/log_matches.h"

#include <algorithm>
#include <numeric>

#include "lake/pieces.h"
#include "lake/term_matcher.h"

namespace dagy::lake {
namespace {

constexpr size_t kRowsBetweenStops = 1024;
constexpr size_t kFewRows = 64;  // are not worth a look at whole pages

/// Keeps the rows whose text `wanted` is true of. It is asked once for each text of a dictionary.
template <class Wanted>
void Keep(const TextColumn& texts, std::vector<uint32_t>& rows, const Wanted& wanted) {
    if (!texts.ByDictionary()) {
        std::erase_if(rows, [&](uint32_t row) { return !wanted(texts.At(row)); });
        return;
    }
    std::vector<char> good;
    for (const std::string_view value : texts.values()) good.push_back(wanted(value) ? 1 : 0);
    if (std::ranges::find(good, 0) == good.end()) return;
    if (std::ranges::find(good, 1) == good.end()) return rows.clear();
    std::erase_if(rows, [&](uint32_t row) { return good[texts.IndexOf(row)] == 0; });
}

/// The rows of plain texts that have the needle, found in the bytes of whole pages; in order.
std::vector<uint32_t> RowsWith(const TextPattern& needle, TextColumn& texts) {
    std::vector<uint32_t> rows;
    const auto has = [&](const TextColumn::Page& page) { return needle.In(page.bytes); };
    if (std::ranges::none_of(texts.pages(), has)) return rows;
    texts.Split();
    for (const TextColumn::Page& page : texts.pages()) {
        size_t row = page.first_row, from = 0;
        const size_t end_row = page.first_row + page.rows;
        while (const std::optional<Place> place = needle.Find(page.bytes, from)) {
            const char* at = page.bytes.data() + place->at;
            const auto ends_before = [&](const std::string_view text) { return text.data() + text.size() <= at; };
            while (row < end_row && ends_before(texts.At(row))) ++row;  // nulls too: they are nowhere
            if (row == end_row) break;
            const std::string_view text = texts.At(row);
            const auto first = static_cast<size_t>(text.data() - page.bytes.data());
            if (at >= text.data() && place->at + place->length <= first + text.size())
                rows.push_back(static_cast<uint32_t>(row));
            from = at >= text.data() ? first + text.size() : first;
        }
    }
    return rows;
}

void Intersect(std::vector<uint32_t>& rows, const std::vector<uint32_t>& others) {
    std::vector<uint32_t> both;
    std::ranges::set_intersection(rows, others, std::back_inserter(both));
    rows = std::move(both);
}

}  // namespace

LogMatches::LogMatches(std::shared_ptr<const LogFile> file, const LogFile::Group& group, RowRange range,
                       const ScanQuery& query)
    : file_(std::move(file)), group_(&group), kind_(query.kind) {
    if (!query.stop.stop_requested()) Select(range, query);
}

void LogMatches::Select(RowRange range, const ScanQuery& query) {
    const int64_t first = std::max<int64_t>(0, range.first - group_->first_row);
    const int64_t end = std::min(group_->rows, EndOf(range) - group_->first_row);
    if (first >= end) return;
    RowsWanted rows(static_cast<size_t>(end - first));
    std::iota(rows.begin(), rows.end(), static_cast<uint32_t>(first));
    rows_looked_at_ = end - first;
    const RowQuery& asked = query.matcher.query();
    if (!asked.levels.empty()) KeepLevels(asked.levels, rows);
    if (!rows.empty() && asked.task && *asked.task != query.phase) KeepTask(*asked.task, rows);
    if (!rows.empty() && query.matcher.FirstTerm() != nullptr) KeepTexts(*query.matcher.FirstTerm(), rows);
    if (rows.empty()) return;
    if (asked.terms.empty() && asked.fields.empty() && query.numbers_only) {
        for (const uint32_t row : rows) found_.push_back({row, {}});
        return;
    }
    LoadTexts();
    message_->Split();
    LoadRest(query);
    Match(query, rows);
}

void LogMatches::KeepLevels(const std::vector<model::Level>& levels, RowsWanted& rows) {
    level_ = Texts("level");
    Keep(*level_, rows, [&](std::string_view name) {
        const model::Level level = model::ParseLevel(name).value_or(model::Level::kInfo);
        return std::ranges::find(levels, level) != levels.end();
    });
}

void LogMatches::KeepTask(std::string_view task, RowsWanted& rows) {
    task_ = Texts("task_id");
    Keep(*task_, rows, [&](std::string_view id) { return id == task; });
}

void LogMatches::KeepTexts(const TermMatcher& term, RowsWanted& rows) {
    LoadTexts();
    if (term.Needle() == nullptr || rows.size() < kFewRows) return;
    const RowsWanted before = rows;
    if (message_->ByDictionary())
        Keep(*message_, rows, [&](std::string_view text) { return term.Needle()->In(text); });
    else
        Intersect(rows, RowsWith(*term.Needle(), *message_));
    if (group_->place.Find("extras")->AllNull()) return;
    RowsWanted by_extras = before, either;
    Keep(*extras_, by_extras, [&](std::string_view text) { return !text.empty() && term.MayBeInJson(text); });
    std::ranges::set_union(rows, by_extras, std::back_inserter(either));
    rows = std::move(either);
}

void LogMatches::LoadTexts() {
    if (message_) return;
    message_ = file_->Texts(*group_, "message");
    extras_ = Texts("extras");
}

TextColumn LogMatches::Texts(std::string_view column) {
    TextColumn texts = file_->Texts(*group_, column);
    texts.Split();
    return texts;
}

void LogMatches::LoadRest(const ScanQuery& query) {
    if (!level_) level_ = Texts("level");
    if (!task_) task_ = Texts("task_id");
    ts_ = file_->Numbers(*group_, "ts");
    if (query.matcher.query().fields.empty()) return;
    logger_ = Texts("logger");
    source_file_ = Texts("source_file");
    source_line_ = file_->Numbers(*group_, "source_line");
}

void LogMatches::Match(const ScanQuery& query, const RowsWanted& rows) {
    RowTexts texts;
    size_t until_stop = kRowsBetweenStops;
    for (const uint32_t row : rows) {
        if (--until_stop == 0) {
            if (query.stop.stop_requested()) return;
            until_stop = kRowsBetweenStops;
        }
        const SearchRow seen = RowAt(row);
        MatchedText matched;
        if (query.matcher.Match(query.phase, seen, texts, &matched)) found_.push_back({row, Kept(matched, seen)});
    }
}

// What was made for a look at the row goes with it.
MatchedText LogMatches::Kept(const MatchedText& matched, const SearchRow& row) {
    const auto within = [&](std::string_view whole) {
        return matched.text.data() >= whole.data() &&
               matched.text.data() + matched.text.size() <= whole.data() + whole.size();
    };
    if (matched.text.empty() || within(row.message)) return matched;
    return {matched.field, made_.emplace_back(matched.text), matched.place};
}

SearchRow LogMatches::RowAt(size_t at) const {
    SearchRow row{.kind = kind_, .row = group_->first_row + static_cast<int64_t>(at)};
    if (!ts_) return row;
    row.level = model::ParseLevel(level_->At(at)).value_or(model::Level::kInfo);
    row.task_id = task_->At(at);
    row.message = message_->At(at);
    row.extras = extras_->At(at);
    if (!ts_->IsNull(at)) row.ts = FromMicros(ts_->At(at));
    if (!logger_) return row;
    row.logger = logger_->At(at);
    row.source_file = source_file_->At(at);
    if (!source_line_->IsNull(at)) row.source_line = source_line_->At(at);
    return row;
}

bool LogMatches::Each(const TakeMatch& take) const {
    return std::ranges::all_of(found_, [&](const Found& found) { return take(RowAt(found.row), found.matched); });
}

}  // namespace dagy::lake
