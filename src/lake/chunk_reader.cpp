#include "lake/chunk_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lake/data_table.h"
#include "lake/error_table.h"
#include "lake/log_table.h"
#include "lake/parquet_file.h"
#include "lake/statement.h"

namespace dagy::lake {
namespace {

constexpr std::string_view kFrom = "FROM read_parquet(?, hive_partitioning = false)";

// What DuckDB or a decoder says of a file becomes our error; an Error from `take` passes unchanged.
template <class Work>
auto Guarded(const store::Chunk& chunk, const Work& work) {
    try {
        return work();
    } catch (const DatabaseError& failed) {
        ThrowDamaged(chunk, "it is not readable as Parquet", failed.what());
    } catch (const boost::system::system_error& failed) {
        ThrowDamaged(chunk, "it holds JSON that cannot be read", failed.what());
    }
}

}  // namespace

template <class Row, class Fill>
bool ChunkReader::Stream(const store::Chunk& chunk, RowRange range, std::string_view columns, const Fill& fill,
                         const Take<Row>& take) {
    const std::string file = LiteralGlob(files_.Open(chunk).native());
    return Guarded(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection, fmt::format("SELECT {} {} WHERE _row >= ? AND _row < ?", columns, kFrom));
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

void ChunkReader::Matches(const store::Chunk& chunk, const RowFilter& filter,
                          const std::function<void(int64_t row)>& match) {
    const std::string file = LiteralGlob(files_.Open(chunk).native());
    Guarded(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection, fmt::format("SELECT _row{} {}{}", filter.pattern() ? ", message" : "", kFrom,
                                                 filter.level() ? " WHERE level = ?" : ""));
        select.Bind(1, file);
        if (filter.level()) select.Bind(2, model::Name(*filter.level()));
        Rows rows = select.Run();
        while (rows.Next()) {
            const ColumnView row = rows.column(0);
            if (!filter.pattern()) {
                for (size_t i = 0; i < rows.size(); ++i) match(row.Int64(i));
                continue;
            }
            const ColumnView message = rows.column(1);
            for (size_t i = 0; i < rows.size(); ++i)
                if (filter.pattern()->In(message.Text(i))) match(row.Int64(i));
        }
    });
}

std::vector<model::LogRow> ChunkReader::Pick(const store::Chunk& chunk, const std::vector<int64_t>& numbers) {
    std::vector<model::LogRow> picked;
    if (numbers.empty()) return picked;
    const std::string file = LiteralGlob(files_.Open(chunk).native());
    Guarded(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection,
                         fmt::format("SELECT {} {} WHERE _row IN ({})", kLogSelect, kFrom, fmt::join(numbers, ", ")));
        select.Bind(1, file);
        Rows rows = select.Run();
        std::vector<model::LogRow> slice;
        while (rows.Next()) {
            TakeLogs(rows, slice);
            picked.insert(picked.end(), slice.begin(), slice.end());
        }
    });
    return picked;
}

std::vector<DataColumns::Column> ChunkReader::Columns(const store::Chunk& chunk) {
    const std::string file = LiteralGlob(files_.Open(chunk).native());
    return Guarded(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(connection, fmt::format("SELECT * {} LIMIT 0", kFrom));
        select.Bind(1, file);
        Rows rows = select.Run();
        return ColumnsOf(rows);
    });
}

}  // namespace dagy::lake
