/// `index.parquet` of a phase attempt: `_kind, _chunk, _row, _rows, _sha256, _searchable`, a row for each block of each
/// chunk of more than `kSmallChunkRows` rows.
///
/// Derived, and overwritten whole; nothing depends on it but speed. An entry is sealed with the hash of its chunk and
/// its rows, so that one that is stale, damaged or another chunk's is no entry.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lake/block_filter.h"
#include "lake/database.h"
#include "lake/row_source.h"
#include "objects/object_store.h"

namespace dagy::lake {

struct IndexEntry {
    model::RecordKind kind = model::RecordKind::kLog;
    std::string chunk;  ///< the object's name in its folder
    std::string sha256;
    BlockFilter block;
};

class IndexSource final : public RowSource {
  public:
    explicit IndexSource(std::span<const IndexEntry> entries) : entries_(entries) {}
    std::vector<Column> Columns() const override;
    int64_t RowCount() const override { return static_cast<int64_t>(entries_.size()); }
    void Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) override;

  private:
    std::span<const IndexEntry> entries_;
};

/// Where the index of the phase attempt is that the chunk belongs to.
std::string IndexKeyOf(std::string_view chunk_key);
/// The last part of a key.
std::string NameInFolder(std::string_view key);

/// Entries as they are in the file, unchecked.
struct IndexRow {
    int64_t first_row = 0;
    int64_t rows = 0;
    std::string_view sha256;
    std::string_view bytes;
};
/// Those of a kind whose first row is in `range`, in any order. Throws DatabaseError.
void ReadIndex(Database& database, const std::string& file, model::RecordKind kind, RowRange range,
               const std::function<void(const IndexRow&)>& take);

/// Writes the file anew: the entries of `kept` (hashes) that it has so far, and `added`. Throws kStorage if it cannot
/// be read, kNotFound if it is gone; then nothing is changed.
void RewriteIndex(Database& database, objects::ObjectStore& objects, const std::string& key,
                  const std::vector<std::string>& kept, std::span<const IndexEntry> added);

}  // namespace dagy::lake
