#include "lake/run_search.h"

#include <algorithm>

#include "lake/pieces.h"

namespace dagy::lake {
namespace {

constexpr int64_t kPayloadBytesMax = int64_t{16} << 20;

bool InScope(const store::PhaseRecords& part, const SearchScope& scope) {
    const bool asked = scope.kinds.empty()
                           ? part.kind <= model::RecordKind::kData
                           : std::find(scope.kinds.begin(), scope.kinds.end(), part.kind) != scope.kinds.end();
    return asked && (!scope.phase || part.ref.phase == *scope.phase) &&
           (!scope.attempt || part.ref.attempt == *scope.attempt);
}

/// One search, part after part.
class Searching {
  public:
    Searching(ChunkReader& chunks, const RowMatcher& matcher, const std::function<bool(const RowHit&)>& take,
              std::stop_token stop)
        : chunks_(chunks), matcher_(matcher), take_(take), stop_(std::move(stop)) {}

    /// False when it is over.
    bool Part(const store::PhaseRecords& part, RowRange range) {
        if (part.kind == model::RecordKind::kLog) return Read<model::LogRow>(part, range);
        if (part.kind == model::RecordKind::kError) return Read<model::ErrorRow>(part, range);
        return Read<model::DataRow>(part, range);
    }
    SearchTally tally;

  private:
    template <class Row>
    bool Read(const store::PhaseRecords& part, RowRange range) {
        const Take<Row> look = [&](std::span<const Row> rows) {
            return std::all_of(rows.begin(), rows.end(), [&](const Row& row) { return Look(part, SearchRowOf(row)); });
        };
        for (const Piece& piece : PiecesOf(part.view, range)) {
            const bool more = piece.chunk != nullptr ? chunks_.Read(*piece.chunk, range, look)
                                                     : ReadBlock<Row>(*piece.block, range, look);
            if (!more) return false;
        }
        return true;
    }

    bool Look(const store::PhaseRecords& part, const SearchRow& row) {
        if (stop_.stop_requested()) return false;
        ++tally.rows_scanned;
        MatchedText matched;
        if (!matcher_.Match(part.ref.phase, row, texts_, &matched)) return true;
        ++tally.hits;
        return take_({.phase = part.ref.phase,
                      .attempt = part.ref.attempt,
                      .kind = part.kind,
                      .row = row.row,
                      .ts = row.ts,
                      .level = row.level,
                      .task_id = row.task_id,
                      .field = matched.field,
                      .text = matched.text,
                      .at = matched.place.at,
                      .length = matched.place.length,
                      .signature = row.signature});
    }

    ChunkReader& chunks_;
    const RowMatcher& matcher_;
    const std::function<bool(const RowHit&)>& take_;
    std::stop_token stop_;
    RowTexts texts_;
};

bool LacksBytes(const store::RecordView& view) {
    return std::any_of(view.blocks.begin(), view.blocks.end(),
                       [](const store::PendingBlock& block) { return block.payload.empty(); });
}

}  // namespace

SearchTally RunSearch::Search(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                              const std::function<bool(const RowHit&)>& take, std::stop_token stop) {
    Searching searching(chunks_, matcher, take, std::move(stop));
    const RowRange range{scope.phase ? scope.first_row.value_or(0) : 0};
    for (store::PhaseRecords& part : records_.ViewOfRun(run_key, kPayloadBytesMax)) {
        if (!InScope(part, scope)) continue;
        // Blocks that were too many for one look are looked up again with all that has happened to the part since.
        if (LacksBytes(part.view)) part.view = records_.View(part.ref, part.kind);
        if (searching.Part(part, range)) continue;
        searching.tally.complete = false;
        break;
    }
    return searching.tally;
}

}  // namespace dagy::lake
