#include "lake/page_reader.h"

#include "lake/data_columns.h"
#include "lake/pieces.h"
#include "lake/row_json.h"

namespace dagy::lake {
namespace {

/// Counts matches and tells which of them are on the page.
class Window {
  public:
    explicit Window(const PageQuery& query) : offset_(query.offset), limit_(query.limit) {}
    /// The next match is on the page.
    bool Next() {
        const size_t at = seen_++;
        return at >= offset_ && at - offset_ < limit_;
    }
    int64_t seen() const { return static_cast<int64_t>(seen_); }

  private:
    size_t offset_, limit_;
    size_t seen_ = 0;
};

// Rows count without a gap from the first one, so that a page without a filter is a range of row numbers.
RowRange RangeOf(const PageQuery& query, int64_t first_row) {
    const auto offset = static_cast<int64_t>(std::min<size_t>(query.offset, size_t{1} << 60));
    return {first_row + offset, static_cast<int64_t>(std::min<size_t>(query.limit, size_t{1} << 60))};
}

template <class Row>
bool ReadPiece(ChunkReader& chunks, const Piece& piece, RowRange range, const Take<Row>& take) {
    return piece.chunk != nullptr ? chunks.Read(*piece.chunk, range, take) : ReadBlock<Row>(*piece.block, range, take);
}

template <class Row>
std::vector<Row> ReadRange(ChunkReader& chunks, const store::RecordView& view, RowRange range) {
    std::vector<Row> rows;
    for (const Piece& piece : PiecesOf(view, range))
        ReadPiece<Row>(chunks, piece, range, [&](std::span<const Row> slice) {
            rows.insert(rows.end(), slice.begin(), slice.end());
            return true;
        });
    return rows;
}

template <class Row>
void FilterPiece(ChunkReader& chunks, const Piece& piece, const RowFilter& filter, Window& window,
                 std::vector<Row>& rows) {
    ReadPiece<Row>(chunks, piece, {}, [&](std::span<const Row> slice) {
        for (const Row& row : slice)
            if (filter.Passes(row) && window.Next()) rows.push_back(row);
        return true;
    });
}

// In a chunk of logs the filter first looks at the few columns that it needs.
void FilterPiece(ChunkReader& chunks, const Piece& piece, const RowFilter& filter, Window& window,
                 std::vector<model::LogRow>& rows) {
    if (piece.chunk == nullptr) return FilterPiece<model::LogRow>(chunks, piece, filter, window, rows);
    std::vector<int64_t> numbers;
    chunks.Matches(*piece.chunk, filter, [&](int64_t row) {
        if (window.Next()) numbers.push_back(row);
    });
    for (model::LogRow& row : chunks.Pick(*piece.chunk, numbers)) rows.push_back(std::move(row));
}

template <class Row>
std::vector<Row> RowsOf(ChunkReader& chunks, const PageQuery& query, const store::RecordView& view, int64_t* total) {
    const RowFilter filter(query);
    const std::vector<Piece> pieces = PiecesOf(view);
    if (filter.Empty()) {
        *total = CountRows(view);
        return pieces.empty() ? std::vector<Row>{}
                              : ReadRange<Row>(chunks, view, RangeOf(query, pieces.front().first_row));
    }
    Window window(query);
    std::vector<Row> rows;
    for (const Piece& piece : pieces) FilterPiece(chunks, piece, filter, window, rows);
    *total = window.seen();
    return rows;
}

DataColumns ColumnsOf(ChunkReader& chunks, const store::RecordView& view) {
    DataColumns columns;
    for (const Piece& piece : PiecesOf(view)) {
        if (piece.chunk != nullptr)
            for (const DataColumns::Column& column : chunks.Columns(*piece.chunk))
                columns.Add(column.name, column.type);
        else
            for (const model::DataRow& row : DecodeBlock<model::DataRow>(*piece.block)) columns.AddRow(row.columns);
    }
    return columns;
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
    for (const model::LogRow& row : RowsOf<model::LogRow>(chunks_, query, view, &page.total))
        page.items.push_back(ToItem(row));
    return page;
}

Page PageReader::ReadErrors(const PageQuery& query, const store::RecordView& view) {
    Page page{.columns = ErrorColumns()};
    for (const model::ErrorRow& row : RowsOf<model::ErrorRow>(chunks_, query, view, &page.total))
        page.items.push_back(ToItem(row));
    return page;
}

Page PageReader::ReadData(const PageQuery& query, const store::RecordView& view) {
    Page page;
    const DataColumns columns = ColumnsOf(chunks_, view);
    for (const model::DataRow& row : RowsOf<model::DataRow>(chunks_, query, view, &page.total))
        page.items.push_back(DataItem(row, columns));
    for (const DataColumns::Column& column : columns.all())
        page.columns.push_back({column.name, std::string(DuckName(column.type))});
    page.columns.push_back({"_row", "BIGINT"});
    return page;
}

}  // namespace dagy::lake
