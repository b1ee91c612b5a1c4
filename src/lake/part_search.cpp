#include "lake/part_search.h"

#include <algorithm>

#include "lake/block_reader.h"

namespace dagy::lake {
namespace {

// Of chunks whose filters are read together: a search that soon has enough reads little, any other one few times.
constexpr int64_t kWindowBytesMin = int64_t{8} << 20;
constexpr int64_t kWindowBytesMax = int64_t{64} << 20;

int64_t RowsOf(const std::vector<RowRange>& ranges) {
    int64_t rows = 0;
    for (const RowRange& range : ranges) rows += range.count;
    return rows;
}

}  // namespace

bool PartSearch::Run(const store::RecordView& view, RowRange range, const TakeMatch& take, int64_t& next) {
    const TakeMatch take_next = [&](const SearchRow& row, const MatchedText& matched) {
        next = row.row + 1;
        return take(row, matched);
    };
    const std::vector<Piece> pieces = PiecesOf(view, range);
    for (size_t i = 0; i < pieces.size(); ++i) {
        if (query_.stop.stop_requested()) return false;
        const bool more = pieces[i].chunk != nullptr ? RunChunk(pieces, i, range, take_next)
                                                     : RunBlock(*pieces[i].block, range, take_next);
        if (!more) return false;
        next = std::max(next, pieces[i].first_row + pieces[i].rows);
    }
    return true;
}

bool PartSearch::RunChunk(const std::vector<Piece>& pieces, size_t at, RowRange range, const TakeMatch& take) {
    const store::Chunk& chunk = *pieces[at].chunk;
    const std::vector<RowRange> candidates = CandidatesOf(pieces, at, range);
    tally_.rows_skipped += RowsOf(Candidates(chunk, range, {}, query_.kind, query_.matcher)) - RowsOf(candidates);
    return std::all_of(candidates.begin(), candidates.end(), [&](const RowRange& candidate) {
        return scan_.Run(chunk, candidate, query_, take, tally_.rows_scanned, luck_);
    });
}

std::vector<RowRange> PartSearch::CandidatesOf(const std::vector<Piece>& pieces, size_t at, RowRange range) {
    const store::Chunk& chunk = *pieces[at].chunk;
    using Indexed = store::Chunk::Indexed;
    if (chunk.indexed == Indexed::kNo || !query_.matcher.Prunes(query_.kind))
        return Candidates(chunk, range, {}, query_.kind, query_.matcher);
    if (chunk.indexed == Indexed::kByFilter) return Candidates(chunk, range, query_.kind, query_.matcher);
    if (!planned_.contains(chunk.id)) PlanFrom(pieces, at, range);
    return planned_.at(chunk.id);
}

void PartSearch::PlanFrom(const std::vector<Piece>& pieces, size_t at, RowRange range) {
    window_bytes_ = std::clamp(2 * window_bytes_, kWindowBytesMin, kWindowBytesMax);
    std::vector<const store::Chunk*> chunks;
    int64_t bytes = 0;
    for (; at < pieces.size() && bytes < window_bytes_; ++at) {
        const store::Chunk* chunk = pieces[at].chunk;
        if (chunk == nullptr || chunk->indexed != store::Chunk::Indexed::kInFile) continue;
        chunks.push_back(chunk);
        bytes += chunk->bytes;
    }
    const auto filters = index_.Find(query_.kind, chunks);
    for (size_t i = 0; i < chunks.size(); ++i)
        planned_[chunks[i]->id] =
            Candidates(*chunks[i], range, filters[i] ? *filters[i] : ChunkFilters{}, query_.kind, query_.matcher);
}

bool PartSearch::RunBlock(const store::PendingBlock& block, RowRange range, const TakeMatch& take) {
    if (query_.kind == model::RecordKind::kLog) return RunRows<model::LogRow>(block, range, take);
    if (query_.kind == model::RecordKind::kError) return RunRows<model::ErrorRow>(block, range, take);
    return RunRows<model::DataRow>(block, range, take);
}

template <class Row>
bool PartSearch::RunRows(const store::PendingBlock& block, RowRange range, const TakeMatch& take) {
    const Take<Row> look = [&](std::span<const Row> rows) {
        tally_.rows_scanned += static_cast<int64_t>(rows.size());
        for (const Row& row : rows) {
            MatchedText matched;
            const SearchRow seen = SearchRowOf(row);
            if (query_.matcher.Match(query_.phase, seen, texts_, &matched) && !take(seen, matched)) return false;
        }
        return !query_.stop.stop_requested();
    };
    return ReadBlock<Row>(block, range, look);
}

}  // namespace dagy::lake
