/// Rows of the register of chunks ↔ values.
#pragma once

#include <string_view>

#include "model/record.h"
#include "store/record_store.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// The columns that ReadChunk takes.
inline constexpr std::string_view kChunkColumns = "id, object_key, first_row, rows, bytes, sha256, indexed";
Chunk ReadChunk(const Statement& row);

/// Registers an object, with its filter if it has one; it is no garbage any more.
void InsertChunk(Database& database, int64_t run_key, int64_t phase_key, model::RecordKind kind, const Chunk& chunk);

/// How a chunk is indexed from now on; nothing happens to one that is gone.
void SetIndexed(Database& database, const IndexMark& mark);

}  // namespace dagy::store::sqlite
