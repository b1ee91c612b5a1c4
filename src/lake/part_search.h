/// Search of one (phase, attempt, kind): its chunks by their index, its pending blocks row by row.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "lake/chunk_index.h"
#include "lake/chunk_scan.h"
#include "lake/pieces.h"
#include "store/record_store.h"

namespace dagy::lake {

/// For one search on one thread.
class PartSearch {
  public:
    PartSearch(ChunkScan& scan, ChunkIndex& index, const ScanQuery& query, SearchTally& tally)
        : scan_(scan), index_(index), query_(query), tally_(tally) {}

    /// Hands over what matches in `range`, in row order; false if `take` had enough or a stop was asked for. `next`
    /// follows the rows that are done with, so that a search that failed can go on from there.
    bool Run(const store::RecordView& view, RowRange range, const TakeMatch& take, int64_t& next);

  private:
    bool RunChunk(const std::vector<Piece>& pieces, size_t at, RowRange range, const TakeMatch& take);
    bool RunBlock(const store::PendingBlock& block, RowRange range, const TakeMatch& take);
    template <class Row>
    bool RunRows(const store::PendingBlock& block, RowRange range, const TakeMatch& take);
    std::vector<RowRange> CandidatesOf(const std::vector<Piece>& pieces, size_t at, RowRange range);
    void PlanFrom(const std::vector<Piece>& pieces, size_t at, RowRange range);

    ChunkScan& scan_;
    ChunkIndex& index_;
    const ScanQuery& query_;
    SearchTally& tally_;
    RowTexts texts_;
    SieveLuck luck_;
    std::map<int64_t, std::vector<RowRange>> planned_;  // by chunk id
    int64_t window_bytes_ = 0;
};

}  // namespace dagy::lake
