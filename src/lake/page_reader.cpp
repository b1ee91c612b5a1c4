#include "lake/page_reader.h"

#include <algorithm>

#include "lake/data_columns.h"
#include "lake/part_search.h"
#include "lake/pieces.h"
#include "lake/row_json.h"

namespace dagy::lake {
namespace {

// Rows count without a gap from the first one, so that a page without a filter is a range of row numbers.
RowRange RangeOf(const PageQuery& query, int64_t first_row) {
    const auto offset = static_cast<int64_t>(std::min<size_t>(query.offset, size_t{1} << 60));
    return {first_row + offset, static_cast<int64_t>(std::min<size_t>(query.limit, size_t{1} << 60))};
}

template <class Row>
std::vector<Row> ReadRange(ChunkReader& chunks, const store::RecordView& view, RowRange range) {
    std::vector<Row> rows;
    const Take<Row> keep = [&](std::span<const Row> slice) {
        rows.insert(rows.end(), slice.begin(), slice.end());
        return true;
    };
    for (const Piece& piece : PiecesOf(view, range))
        piece.chunk != nullptr ? chunks.Read(*piece.chunk, range, keep) : ReadBlock<Row>(*piece.block, range, keep);
    return rows;
}

/// Just the rows of these numbers, which ascend.
template <class Row>
std::vector<Row> Pick(ChunkReader& chunks, const store::RecordView& view, const std::vector<int64_t>& numbers) {
    std::vector<Row> rows;
    for (const Piece& piece : PiecesOf(view)) {
        const auto first = std::lower_bound(numbers.begin(), numbers.end(), piece.first_row);
        const auto last = std::lower_bound(first, numbers.end(), piece.first_row + piece.rows);
        const std::vector<int64_t> here(first, last);
        if (here.empty()) continue;
        const Take<Row> keep = [&](std::span<const Row> slice) {
            for (const Row& row : slice)
                if (std::binary_search(here.begin(), here.end(), row.row)) rows.push_back(row);
            return true;
        };
        piece.chunk != nullptr ? chunks.Pick(*piece.chunk, here, keep) : ReadBlock<Row>(*piece.block, {}, keep);
    }
    return rows;
}

RowQuery AskedOf(const PageQuery& query) {
    RowQuery asked;
    if (query.keyword && !query.keyword->empty()) asked.terms.push_back({.text = *query.keyword});
    if (query.level && query.kind == model::RecordKind::kLog) asked.levels.push_back(*query.level);
    return asked;
}

json::object DataItem(const model::DataRow& row, const DataColumns& columns) {
    json::object item;
    item.reserve(columns.all().size() + 1);
    for (const DataColumns::Column& column : columns.all()) {
        const json::value* value = row.columns.if_contains(column.name);
        item.emplace(column.name, value != nullptr ? *value : json::value(nullptr));
    }
    for (const auto& [name, value] : row.columns)  // what has no column of its own
        if (!item.contains(name)) item.emplace(name, value);
    item["_row"] = row.row;
    return item;
}

}  // namespace

Page PageReader::Read(const PageQuery& query) {
    const store::RecordView view = records_.View(query.ref, query.kind);
    switch (query.kind) {
        case model::RecordKind::kLog:
            return ReadLogs(query, view);
        case model::RecordKind::kError:
            return ReadErrors(query, view);
        default:
            return ReadData(query, view);
    }
}

Page PageReader::ReadLogs(const PageQuery& query, const store::RecordView& view) {
    Page page{.columns = LogColumns()};
    for (const model::LogRow& row : RowsOf<model::LogRow>(query, view, page.total)) page.items.push_back(ToItem(row));
    return page;
}

Page PageReader::ReadErrors(const PageQuery& query, const store::RecordView& view) {
    Page page{.columns = ErrorColumns()};
    for (const model::ErrorRow& row : RowsOf<model::ErrorRow>(query, view, page.total))
        page.items.push_back(ToItem(row));
    return page;
}

Page PageReader::ReadData(const PageQuery& query, const store::RecordView& view) {
    Page page;
    const DataColumns columns = ColumnsOf(view);
    for (const model::DataRow& row : RowsOf<model::DataRow>(query, view, page.total))
        page.items.push_back(DataItem(row, columns));
    for (const DataColumns::Column& column : columns.all())
        page.columns.push_back({column.name, std::string(DuckName(column.type))});
    page.columns.push_back({"_row", "BIGINT"});
    return page;
}

template <class Row>
std::vector<Row> PageReader::RowsOf(const PageQuery& query, const store::RecordView& view, int64_t& total) {
    const RowQuery asked = AskedOf(query);
    if (!asked.terms.empty() || !asked.levels.empty()) return Pick<Row>(chunks_, view, MatchesOf(query, view, total));
    total = CountRows(view);
    const std::vector<Piece> pieces = PiecesOf(view);
    return pieces.empty() ? std::vector<Row>{}
                          : ReadRange<Row>(chunks_, view, RangeOf(query, pieces.front().first_row));
}

// The numbers of the rows on the page; `total` is how many rows match at all.
std::vector<int64_t> PageReader::MatchesOf(const PageQuery& query, const store::RecordView& view, int64_t& total) {
    const RowMatcher matcher(AskedOf(query));
    const ScanQuery scan{
        .kind = query.kind, .phase = query.ref.phase, .matcher = matcher, .stop = {}, .numbers_only = true};
    SearchTally tally;
    std::vector<int64_t> numbers;
    size_t seen = 0;
    int64_t next = 0;
    PartSearch(scan_, index_, scan, tally)
        .Run(
            view, {},
            [&](const SearchRow& row, const MatchedText&) {
                const size_t at = seen++;
                if (at >= query.offset && at - query.offset < query.limit) numbers.push_back(row.row);
                return true;
            },
            next);
    total = static_cast<int64_t>(seen);
    return numbers;
}

DataColumns PageReader::ColumnsOf(const store::RecordView& view) {
    DataColumns columns;
    ColumnLists::List last;
    for (const Piece& piece : PiecesOf(view)) {
        if (piece.chunk == nullptr) {
            for (const model::DataRow& row : DecodeBlock<model::DataRow>(*piece.block)) columns.AddRow(row.columns);
            last = nullptr;
            continue;
        }
        ColumnLists::List list = columns_.Find(piece.chunk->sha256);
        if (!list) list = columns_.Put(piece.chunk->sha256, chunks_.Columns(*piece.chunk));
        if (list == last) continue;  // it has nothing new to say
        for (const DataColumns::Column& column : *list) columns.Add(column.name, column.type);
        last = std::move(list);
    }
    return columns;
}

}  // namespace dagy::lake
