/// Rows of registered chunks.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lake/block_reader.h"
#include "lake/chunk_files.h"
#include "lake/data_columns.h"
#include "lake/database.h"
#include "model/record.h"

namespace dagy::lake {

/// Thread-safe. Every failure is kStorage that names the object. `take` must not read records itself: it runs on a lent
/// connection.
class ChunkReader {
  public:
    ChunkReader(Database& database, ChunkFiles& files) : database_(database), files_(files) {}

    /// Hands the rows that lie in `range` over, in order and in slices; false if `take` had enough.
    bool Read(const store::Chunk& chunk, RowRange range, const Take<model::LogRow>& take);
    bool Read(const store::Chunk& chunk, RowRange range, const Take<model::ErrorRow>& take);
    bool Read(const store::Chunk& chunk, RowRange range, const Take<model::DataRow>& take);

    /// Hands over just the rows of these numbers, in order.
    bool Pick(const store::Chunk& chunk, const std::vector<int64_t>& rows, const Take<model::LogRow>& take);
    bool Pick(const store::Chunk& chunk, const std::vector<int64_t>& rows, const Take<model::ErrorRow>& take);
    bool Pick(const store::Chunk& chunk, const std::vector<int64_t>& rows, const Take<model::DataRow>& take);

    std::vector<DataColumns::Column> Columns(const store::Chunk& chunk);

  private:
    template <class Row, class Fill>
    bool Stream(const store::Chunk& chunk, RowRange range, std::string_view columns, const Fill& fill,
                const Take<Row>& take, const std::vector<int64_t>* rows = nullptr);

    Database& database_;
    ChunkFiles& files_;
};

}  // namespace dagy::lake
