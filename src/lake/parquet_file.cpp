#include "lake/parquet_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace dagy::lake {
namespace {

constexpr int64_t kGroupRowsMax = 16384;
constexpr int64_t kGroupRowsMin = 16;
constexpr int64_t kGroupBytesMax = int64_t{24} << 20;

Error WriteFailed(const std::string& said) {
    if (said.contains("No space left") || said.contains("File too large") || said.contains("Disk quota exceeded"))
        return Error(ErrorCode::kStorageFull, "no space is left for Parquet records",
                     "free some disk space and try again", said);
    return Error(ErrorCode::kStorage, "Parquet records could not be written", {}, said);
}

}  // namespace

int64_t RowGroupRows(int64_t rows, int64_t bytes) {
    return bytes == 0 ? kGroupRowsMax
                      : std::clamp<int64_t>(rows * kGroupBytesMax / bytes, kGroupRowsMin, kGroupRowsMax);
}

void WriteParquet(Database& database, RowSource& source, const std::filesystem::path& file, int64_t row_group_rows) {
    WriteParquetAfter(database, {}, source, file, row_group_rows);
}

void WriteParquetAfter(Database& database, const std::string& before, RowSource& source,
                       const std::filesystem::path& file, int64_t row_group_rows) {
    const std::string sql = fmt::format(
        "COPY ({}FROM dagy_rows({})) TO {} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {}, USE_TMP_FILE false)",
        before.empty() ? "" : before + " UNION ALL ", reinterpret_cast<intptr_t>(&source), Quoted(file.native()),
        row_group_rows);
    source.slice_rows_max = row_group_rows;
    try {
        Connection connection = database.Lend();
        connection.Execute(sql);
    } catch (const DatabaseError& failed) {
        if (source.failure) std::rethrow_exception(source.failure);
        throw WriteFailed(failed.what());
    }
}

std::string Quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    return quoted + "'";
}

std::string LiteralGlob(std::string_view file) {
    std::string literal;
    for (const char c : file) {
        if (c == '*' || c == '?' || c == '[')
            literal += {'[', c, ']'};
        else
            literal += c;
    }
    return literal;
}

}  // namespace dagy::lake
