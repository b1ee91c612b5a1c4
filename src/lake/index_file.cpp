#include "lake/index_file.h"

#include <fmt/format.h>

#include "lake/parquet_file.h"
#include "lake/pieces.h"
#include "lake/scratch_file.h"
#include "lake/statement.h"

namespace dagy::lake {
namespace {

constexpr int64_t kGroupRows = 8;  // entries are large: what a chunk needs is read without its neighbours'

constexpr std::string_view kColumns = "_kind, _chunk, _row, _rows, _sha256, _searchable";

// Hashes of ours are hex; anything else is in no index.
std::string List(const std::vector<std::string>& hashes) {
    std::string list;
    for (const std::string& hash : hashes) list += (list.empty() ? "" : ",") + Quoted(hash);
    return list;
}

}  // namespace

std::vector<RowSource::Column> IndexSource::Columns() const {
    return {{"_kind", ColumnType::kVarchar}, {"_chunk", ColumnType::kVarchar},  {"_row", ColumnType::kBigint},
            {"_rows", ColumnType::kBigint},  {"_sha256", ColumnType::kVarchar}, {"_searchable", ColumnType::kBlob}};
}

void IndexSource::Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) {
    for (size_t i = 0; i < count; ++i) {
        const IndexEntry& entry = entries_[static_cast<size_t>(first) + i];
        columns[0].Text(i, model::FileStem(entry.kind));
        columns[1].Text(i, entry.chunk);
        columns[2].Int64(i, entry.block.first_row);
        columns[3].Int64(i, entry.block.rows);
        columns[4].Text(i, entry.sha256);
        columns[5].Bytes(i, entry.block.bytes);
    }
}

std::string IndexKeyOf(std::string_view chunk_key) {
    return std::string(chunk_key.substr(0, chunk_key.rfind('/') + 1)) + "index.parquet";
}

std::string NameInFolder(std::string_view key) {
    return std::string(key.substr(key.rfind('/') + 1));
}

void ReadIndex(Database& database, const std::string& file, model::RecordKind kind, RowRange range,
               const std::function<void(const IndexRow&)>& take) {
    Connection connection = database.Lend();
    Statement select(connection,
                     "SELECT _row, _rows, _sha256, _searchable FROM read_parquet(?, hive_partitioning = false) WHERE "
                     "_kind = ? AND _row >= ? AND _row < ?");
    const std::string literal = LiteralGlob(file);
    select.Bind(1, literal);
    select.Bind(2, model::FileStem(kind));
    select.Bind(3, range.first);
    select.Bind(4, EndOf(range));
    Rows rows = select.Run();
    while (rows.Next()) {
        const ColumnView row = rows.column(0), count = rows.column(1), sha256 = rows.column(2), bytes = rows.column(3);
        for (size_t i = 0; i < rows.size(); ++i) take({row.Int64(i), count.Int64(i), sha256.Text(i), bytes.Text(i)});
    }
}

void RewriteIndex(Database& database, objects::ObjectStore& objects, const std::string& key,
                  const std::vector<std::string>& kept, std::span<const IndexEntry> added) {
    const ScratchFile file(objects);
    IndexSource source(added);
    std::string before;
    if (!kept.empty())
        before = fmt::format("SELECT {} FROM read_parquet({}, hive_partitioning = false) WHERE _sha256 IN ({})",
                             kColumns, Quoted(LiteralGlob(objects.LocalFile(key).native())), List(kept));
    WriteParquetAfter(database, before, source, file.path(), kGroupRows);
    objects.PutFile(key, file.path());
}

}  // namespace dagy::lake
