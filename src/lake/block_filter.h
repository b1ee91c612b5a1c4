/// Filters of the blocks of a chunk: made of its rows, asked for the rows that a search has to look at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lake/gram_filter.h"
#include "lake/lake.h"
#include "lake/row_matcher.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Chunks of so many rows have one filter, in their row of the store.
inline constexpr int64_t kSmallChunkRows = 4096;

/// The filter of rows [first_row, first_row + rows).
struct BlockFilter {
    int64_t first_row = 0;
    int64_t rows = 0;
    std::string bytes;
};
/// Of one chunk, by first_row, sound; may lack blocks.
using ChunkFilters = std::vector<BlockFilter>;

/// Bytes that the filter of `rows` rows of the chunk may have, so that the whole index stays under a fifth of it.
size_t FilterBytesMax(const store::Chunk& chunk, int64_t rows);

/// Gives a small chunk that is about to be registered its filter; leaves a bigger one as it is. The texts count as they
/// are read back from the chunk.
void AddFilter(std::span<const model::LogRow> rows, store::Chunk& chunk);
void AddFilter(std::span<const model::ErrorRow> rows, store::Chunk& chunk);
void AddFilter(std::span<const model::DataRow> rows, store::Chunk& chunk);

/// The parts of `range` in the chunk that its filters do not rule out, in order.
std::vector<RowRange> Candidates(const store::Chunk& chunk, RowRange range, const ChunkFilters& filters,
                                 model::RecordKind kind, const RowMatcher& matcher);
/// By the chunk's own filter; the whole of it where it has none or a damaged one.
std::vector<RowRange> Candidates(const store::Chunk& chunk, RowRange range, model::RecordKind kind,
                                 const RowMatcher& matcher);

}  // namespace dagy::lake
