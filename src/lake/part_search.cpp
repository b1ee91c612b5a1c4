#include "lake/part_search.h"

#include <algorithm>

#include "lake/block_reader.h"

namespace dagy::lake {
namespace {

// Of chunks whose filters are read together: a search that soon has enough reads little, any other one few times.
constexpr int64_t kWindowBytesMin = int64_t{8} << 20;
constexpr int64_t kWindowBytesMax = int64_t{64} << 20;

constexpr int64_t kManyRows = 65536;

bool AreMany(const std::vector<Piece>& pieces) {
    int64_t rows = 0;
    for (const Piece& piece : pieces) rows += piece.chunk != nullptr ? piece.rows : 0;
    return rows >= kManyRows;
}

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
    next_piece_ = piece_ = 0;
    Ahead ahead(
        scan_.memory(), [&] { return NextWork(pieces, range); },
        query_.kind == model::RecordKind::kLog && AreMany(pieces), query_.stop);
    for (size_t i = 0; i < pieces.size(); ++i) {
        if (query_.stop.stop_requested()) return false;
        const bool more =
            pieces[i].chunk != nullptr ? RunChunk(i, ahead, take_next) : RunBlock(*pieces[i].block, range, take_next);
        if (!more) return false;
        next = std::max(next, pieces[i].first_row + pieces[i].rows);
    }
    return true;
}

bool PartSearch::RunChunk(size_t at, Ahead& ahead, const TakeMatch& take) {
    for (Looked* looked = ahead.Front(); looked != nullptr && looked->piece == at; looked = ahead.Front()) {
        if (looked->failure) std::rethrow_exception(looked->failure);
        if (!scan_.Take(looked->part, looked->matches, query_, take, tally_.rows_scanned)) return false;
        ahead.Pop();
    }
    return true;
}

// What fails is told when its turn comes.
std::optional<PartSearch::Ahead::Work> PartSearch::NextWork(const std::vector<Piece>& pieces, RowRange range) {
    while (parts_.empty() && !failure_ && next_piece_ < pieces.size() && !query_.stop.stop_requested()) {
        piece_ = next_piece_++;
        try {
            if (pieces[piece_].chunk != nullptr) BeginChunk(pieces, piece_, range);
        } catch (...) {
            failure_ = std::current_exception();
            next_piece_ = pieces.size();
        }
    }
    if (failure_) {
        const std::exception_ptr failure = std::exchange(failure_, nullptr);
        return Ahead::Work{0, [piece = piece_, failure] { return Looked{piece, {}, std::nullopt, failure}; }};
    }
    if (parts_.empty()) return std::nullopt;
    ScanPart part = std::move(parts_.front());
    parts_.pop_front();
    const int64_t bytes = part.bytes();
    return Ahead::Work{bytes, [this, piece = piece_, part = std::move(part)] {
                           Looked looked{piece, part, std::nullopt, nullptr};
                           try {
                               looked.matches = scan_.Look(part, query_);
                           } catch (...) {
                               looked.failure = std::current_exception();
                           }
                           return looked;
                       }};
}

void PartSearch::BeginChunk(const std::vector<Piece>& pieces, size_t at, RowRange range) {
    const store::Chunk& chunk = *pieces[at].chunk;
    const std::vector<RowRange> candidates = CandidatesOf(pieces, at, range);
    tally_.rows_skipped += RowsOf(Candidates(chunk, range, {}, query_.kind, query_.matcher)) - RowsOf(candidates);
    for (ScanPart& part : scan_.PartsOf(chunk, candidates, query_.kind, pages_)) parts_.push_back(std::move(part));
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
    const int64_t first = std::max(range.first, block.first_row);
    tally_.rows_scanned += std::max<int64_t>(0, std::min(EndOf(range), block.first_row + block.rows) - first);
    if (query_.kind == model::RecordKind::kLog) return RunLogs(block, range, take);
    if (query_.kind == model::RecordKind::kError) return RunRows<model::ErrorRow>(block, range, take);
    return RunRows<model::DataRow>(block, range, take);
}

// Most rows are no hit, and to see that costs a tenth of decoding them.
bool PartSearch::RunLogs(const store::PendingBlock& block, RowRange range, const TakeMatch& take) {
    const auto may_be = [&](model::Level level, std::optional<std::string_view> json) {
        return query_.matcher.MayBeLog(level, json);
    };
    for (const model::LogRow& row : store::DecodeLogs(block.payload, block.first_row, may_be)) {
        if (row.row < range.first || row.row >= EndOf(range)) continue;
        if (query_.stop.stop_requested() || !Offer(SearchRowOf(row), take)) return false;
    }
    return !query_.stop.stop_requested();
}

template <class Row>
bool PartSearch::RunRows(const store::PendingBlock& block, RowRange range, const TakeMatch& take) {
    const auto look = [&](std::span<const Row> rows) {
        return std::ranges::all_of(rows, [&](const Row& row) { return Offer(SearchRowOf(row), take); }) &&
               !query_.stop.stop_requested();
    };
    return ReadBlock<Row>(block, range, lake::Take<Row>(look));
}

bool PartSearch::Offer(const SearchRow& row, const TakeMatch& take) {
    MatchedText matched;
    return !query_.matcher.Match(query_.phase, row, texts_, &matched) || take(row, matched);
}

}  // namespace dagy::lake
