#include "lake/block_filter.h"

#include <algorithm>
#include <type_traits>

#include "lake/data_columns.h"
#include "lake/level_marks.h"
#include "lake/pieces.h"
#include "lake/utf8.h"

namespace dagy::lake {
namespace {

constexpr double kBudget = 0.195;  // of the chunk's bytes; the file around the filters needs some as well
constexpr size_t kSmallFilterMax = 4096;
constexpr size_t kFilterMin = 128;

std::string Repaired(std::string_view text) {
    return IsUtf8(text) ? std::string(text) : RepairUtf8(text);
}

void AddTexts(const SearchRow& row, RowTexts& texts, GramFilterBuilder& builder) {
    texts.Reset(row);
    for (size_t i = 0; const RowText* text = texts.At(i); ++i) builder.Add(Repaired(text->text));
}

// Bad bytes are repaired when the row is written, and that may make JSON of what was none.
template <class Row>
void AddRow(const Row& row, RowTexts& texts, GramFilterBuilder& builder) {
    SearchRow seen = SearchRowOf(row);
    const std::string extras = Repaired(seen.extras);
    seen.extras = extras;
    AddTexts(seen, texts, builder);
}

void AddRow(const model::DataRow& row, RowTexts& texts, GramFilterBuilder& builder) {
    const model::DataRow canonical{row.row, Canonical(row.columns)};
    AddTexts(SearchRowOf(canonical), texts, builder);
}

template <class Row>
void AddFilterOf(std::span<const Row> rows, store::Chunk& chunk) {
    if (chunk.rows > kSmallChunkRows) return;
    GramFilterBuilder builder;
    RowTexts texts;
    LevelsSeen levels;
    for (const Row& row : rows) {
        AddRow(row, texts, builder);
        if constexpr (std::is_same_v<Row, model::LogRow>) levels.Add(row.level);
    }
    levels.MarkIn(builder);
    chunk.filter = builder.Finish(std::min(kSmallFilterMax, FilterBytesMax(chunk, chunk.rows)),
                                  SealOf(chunk.sha256, chunk.first_row, chunk.rows));
}

}  // namespace

size_t FilterBytesMax(const store::Chunk& chunk, int64_t rows) {
    const double share = static_cast<double>(rows) / static_cast<double>(std::max<int64_t>(1, chunk.rows));
    return std::max(kFilterMin, static_cast<size_t>(kBudget * share * static_cast<double>(chunk.bytes)));
}

void AddFilter(std::span<const model::LogRow> rows, store::Chunk& chunk) {
    AddFilterOf(rows, chunk);
}
void AddFilter(std::span<const model::ErrorRow> rows, store::Chunk& chunk) {
    AddFilterOf(rows, chunk);
}
void AddFilter(std::span<const model::DataRow> rows, store::Chunk& chunk) {
    AddFilterOf(rows, chunk);
}

std::vector<RowRange> Candidates(const store::Chunk& chunk, RowRange range, const ChunkFilters& filters,
                                 model::RecordKind kind, const RowMatcher& matcher) {
    std::vector<RowRange> candidates;
    const int64_t end = std::min(EndOf(range), chunk.first_row + chunk.rows);
    int64_t from = std::max(range.first, chunk.first_row);
    const auto add_until = [&](int64_t until) {
        if (from < until) candidates.push_back({from, until - from});
    };
    for (const BlockFilter& block : filters) {
        const int64_t block_end = block.first_row + block.rows;
        if (block_end <= from || block.first_row >= end || matcher.MayBeIn(kind, GramFilter(block.bytes))) continue;
        add_until(block.first_row);
        from = std::max(from, block_end);
    }
    add_until(end);
    return candidates;
}

std::vector<RowRange> Candidates(const store::Chunk& chunk, RowRange range, model::RecordKind kind,
                                 const RowMatcher& matcher) {
    const auto filter = GramFilter::Open(chunk.filter, SealOf(chunk.sha256, chunk.first_row, chunk.rows));
    if (filter && !matcher.MayBeIn(kind, *filter)) return {};
    return Candidates(chunk, range, {}, kind, matcher);
}

}  // namespace dagy::lake
