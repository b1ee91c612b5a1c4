/// Search of one (phase, attempt, kind): its chunks by their index, its pending blocks row by row.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <vector>

#include "lake/chunk_index.h"
#include "lake/chunk_scan.h"
#include "lake/pieces.h"
#include "lake/work_ahead.h"
#include "store/record_store.h"

namespace dagy::lake {

/// For one search. Rows are taken on the caller's thread; chunks of many logs are looked at on a second one as well.
class PartSearch {
  public:
    PartSearch(ChunkScan& scan, ChunkIndex& index, const ScanQuery& query, SearchTally& tally)
        : scan_(scan), index_(index), query_(query), tally_(tally) {}

    /// Hands over what matches in `range`, in row order; false if `take` had enough or a stop was asked for. `next`
    /// follows the rows that are done with, so that a search that failed can go on from there.
    bool Run(const store::RecordView& view, RowRange range, const TakeMatch& take, int64_t& next);

  private:
    /// A part that was looked at, or the way in which that failed.
    struct Looked {
        size_t piece = 0;
        ScanPart part;
        std::optional<LogMatches> matches;
        std::exception_ptr failure;
    };
    using Ahead = WorkAhead<Looked>;

    bool RunChunk(size_t at, Ahead& ahead, const TakeMatch& take);
    std::optional<Ahead::Work> NextWork(const std::vector<Piece>& pieces, RowRange range);
    void BeginChunk(const std::vector<Piece>& pieces, size_t at, RowRange range);
    bool RunBlock(const store::PendingBlock& block, RowRange range, const TakeMatch& take);
    bool RunLogs(const store::PendingBlock& block, RowRange range, const TakeMatch& take);
    template <class Row>
    bool RunRows(const store::PendingBlock& block, RowRange range, const TakeMatch& take);
    bool Offer(const SearchRow& row, const TakeMatch& take);
    std::vector<RowRange> CandidatesOf(const std::vector<Piece>& pieces, size_t at, RowRange range);
    void PlanFrom(const std::vector<Piece>& pieces, size_t at, RowRange range);

    ChunkScan& scan_;
    ChunkIndex& index_;
    const ScanQuery& query_;
    SearchTally& tally_;
    RowTexts texts_;
    const std::shared_ptr<PageMemory> pages_ = PageMemory::Make();
    // What is still to be looked at; one thread at a time is at it.
    size_t next_piece_ = 0, piece_ = 0;
    std::deque<ScanPart> parts_;                        // of piece_
    std::exception_ptr failure_;                        // of piece_
    std::map<int64_t, std::vector<RowRange>> planned_;  // by chunk id
    int64_t window_bytes_ = 0;
};

}  // namespace dagy::lake
