#include "lake/chunk_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lake/chunk_query.h"
#include "lake/data_table.h"
#include "lake/error_table.h"
#include "lake/log_table.h"

namespace dagy::lake {
namespace {

RowRange Around(const std::vector<int64_t>& rows) {
    return rows.empty() ? RowRange{0, 0} : RowRange{rows.front(), rows.back() - rows.front() + 1};
}

std::string In(const std::vector<int64_t>* rows) {
    return rows == nullptr || rows->empty() ? "" : fmt::format(" AND _row IN ({})", fmt::join(*rows, ", "));
}

}  // namespace

template <class Row, class Fill>
bool ChunkReader::Stream(const store::Chunk& chunk, RowRange range, std::string_view columns, const Fill& fill,
                         const Take<Row>& take, const std::vector<int64_t>* numbers) {
    const std::string file = FileOf(files_, chunk);
    return NamingChunk(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection,
                         fmt::format("SELECT {} {} WHERE _row >= ? AND _row < ?{}", columns, kFromChunk, In(numbers)));
        select.Bind(1, file);
        select.Bind(2, range.first);
        select.Bind(3, EndOf(range));
        Rows rows = select.Run();
        std::vector<Row> slice;
        while (rows.Next()) {
            fill(rows, slice);
            if (!take(slice)) return false;
        }
        return true;
    });
}

bool ChunkReader::Read(const store::Chunk& chunk, RowRange range, const Take<model::LogRow>& take) {
    return Stream<model::LogRow>(chunk, range, kLogSelect, TakeLogs, take);
}

bool ChunkReader::Read(const store::Chunk& chunk, RowRange range, const Take<model::ErrorRow>& take) {
    return Stream<model::ErrorRow>(chunk, range, kErrorSelect, TakeErrors, take);
}

bool ChunkReader::Read(const store::Chunk& chunk, RowRange range, const Take<model::DataRow>& take) {
    return Stream<model::DataRow>(chunk, range, "*", TakeData, take);
}

bool ChunkReader::Pick(const store::Chunk& chunk, const std::vector<int64_t>& rows, const Take<model::LogRow>& take) {
    return Stream<model::LogRow>(chunk, Around(rows), kLogSelect, TakeLogs, take, &rows);
}

bool ChunkReader::Pick(const store::Chunk& chunk, const std::vector<int64_t>& rows, const Take<model::ErrorRow>& take) {
    return Stream<model::ErrorRow>(chunk, Around(rows), kErrorSelect, TakeErrors, take, &rows);
}

bool ChunkReader::Pick(const store::Chunk& chunk, const std::vector<int64_t>& rows, const Take<model::DataRow>& take) {
    return Stream<model::DataRow>(chunk, Around(rows), "*", TakeData, take, &rows);
}

std::vector<DataColumns::Column> ChunkReader::Columns(const store::Chunk& chunk) {
    const std::string file = FileOf(files_, chunk);
    return NamingChunk(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection, fmt::format("SELECT * {} LIMIT 0", kFromChunk));
        select.Bind(1, file);
        Rows rows = select.Run();
        return ColumnsOf(rows);
    });
}

}  // namespace dagy::lake
