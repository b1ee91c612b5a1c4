#include "store/sqlite/chunk_rows.h"

namespace dagy::store::sqlite {
namespace {

void PutFilter(Database& database, int64_t chunk_id, std::string_view filter) {
    Statement(database, "INSERT OR REPLACE INTO chunk_filters (chunk_id, filter) VALUES (?,?)", chunk_id, Blob{filter})
        .Run();
}

}  // namespace

Chunk ReadChunk(const Statement& row) {
    Chunk chunk;
    int indexed = 0;
    row.Read(chunk.id, chunk.object_key, chunk.first_row, chunk.rows, chunk.bytes, chunk.sha256, indexed);
    chunk.indexed = static_cast<Chunk::Indexed>(indexed);
    return chunk;
}

void InsertChunk(Database& database, int64_t run_key, int64_t phase_key, model::RecordKind kind, const Chunk& chunk) {
    const auto indexed = chunk.filter.empty() ? Chunk::Indexed::kNo : Chunk::Indexed::kByFilter;
    Statement(database,
              "INSERT INTO chunks (run_key, phase_key, kind, first_row, rows, bytes, sha256, object_key, indexed) "
              "VALUES (?,?,?,?,?,?,?,?,?)",
              run_key, phase_key, static_cast<int>(kind), chunk.first_row, chunk.rows, chunk.bytes, chunk.sha256,
              chunk.object_key, static_cast<int>(indexed))
        .Run();
    if (!chunk.filter.empty()) PutFilter(database, database.LastInsertId(), chunk.filter);
    Statement(database, "DELETE FROM garbage WHERE object_key = ?", chunk.object_key).Run();
}

void SetIndexed(Database& database, const IndexMark& mark) {
    Statement(database, "UPDATE chunks SET indexed = ? WHERE id = ?", static_cast<int>(mark.indexed), mark.chunk_id)
        .Run();
    if (mark.indexed == Chunk::Indexed::kByFilter && database.Changes() > 0)
        PutFilter(database, mark.chunk_id, mark.filter);
}

}  // namespace dagy::store::sqlite
