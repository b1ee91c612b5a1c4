/// Step 3 of the schema: what keyword search knows of chunks.
#pragma once

namespace dagy::store::sqlite {

inline constexpr const char* kSchema3 = R"sql(
ALTER TABLE chunks ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;  -- 0: not, 1: by its row in chunk_filters, 2: in index.parquet
CREATE INDEX chunks_unindexed ON chunks (phase_key) WHERE indexed = 0;

-- Beside the chunks, so that walks over these stay short.
CREATE TABLE chunk_filters (chunk_id INTEGER PRIMARY KEY, filter BLOB NOT NULL) STRICT;
CREATE TRIGGER chunk_filters_go_with_chunks AFTER DELETE ON chunks WHEN OLD.indexed = 1
BEGIN DELETE FROM chunk_filters WHERE chunk_id = OLD.id; END;
)sql";

}  // namespace dagy::store::sqlite
