#include "lake/run_search.h"

#include <algorithm>
#include <exception>
#include <vector>

#include "lake/fresh_view.h"

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

bool LacksBytes(const store::RecordView& view) {
    return std::any_of(view.blocks.begin(), view.blocks.end(),
                       [](const store::PendingBlock& block) { return block.payload.empty(); });
}

RowHit HitOf(const store::PhaseRecords& part, const SearchRow& row, const MatchedText& matched) {
    return {.phase = part.ref.phase,
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
            .signature = row.signature,
            .title = row.kind == model::RecordKind::kLog ? row.message : row.error_title,
            .error_type = row.error_type,
            .log_row = row.log_row};
}

}  // namespace

SearchTally RunSearch::Search(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                              const std::function<bool(const RowHit&)>& take, std::stop_token stop) {
    SearchTally tally;
    const RowRange range{scope.phase ? std::max<int64_t>(0, scope.first_row.value_or(0)) : 0};
    std::vector<store::PhaseRecords> parts = records_.ViewOfRun(run_key, kPayloadBytesMax);
    // Kinds that were asked for come one after the other.
    std::ranges::stable_sort(parts, {}, [&](const store::PhaseRecords& part) {
        return std::ranges::find(scope.kinds, part.kind) - scope.kinds.begin();
    });
    for (store::PhaseRecords& part : parts) {
        if (!InScope(part, scope)) continue;
        if (matcher.NeverIn(part.kind)) {
            tally.rows_skipped += CountRows(part.view);
            continue;
        }
        const ScanQuery query{.kind = part.kind, .phase = part.ref.phase, .matcher = matcher, .stop = stop};
        const TakeMatch take_match = [&](const SearchRow& row, const MatchedText& matched) {
            if (stop.stop_requested()) return false;
            ++tally.hits;
            return take(HitOf(part, row, matched));
        };
        tally.complete = SearchPart(part, range, query, take_match, tally);
        if (!tally.complete) break;
    }
    return tally;
}

// A chunk that was merged away meanwhile is looked for in a view that is new, from the row on that was next. What
// `take` throws is no failure to read.
bool RunSearch::SearchPart(store::PhaseRecords& part, RowRange range, const ScanQuery& query, const TakeMatch& take,
                           SearchTally& tally) {
    std::exception_ptr failed_taking;
    const TakeMatch take_safely = [&](const SearchRow& row, const MatchedText& matched) {
        try {
            return take(row, matched);
        } catch (...) {
            failed_taking = std::current_exception();
            return false;
        }
    };
    // Blocks that were too many for one look are looked up again with all that has happened to the part since.
    bool stale = LacksBytes(part.view);
    int64_t next = range.first;
    const bool more = WithFreshView(records_, part.ref, part.kind, [&] {
        if (stale) part.view = records_.View(part.ref, part.kind);
        stale = true;
        PartSearch search(scan_, index_, query, tally);
        return search.Run(part.view, {next, EndOf(range) - next}, take_safely, next);
    });
    if (failed_taking) std::rethrow_exception(failed_taking);
    return more;
}

}  // namespace dagy::lake
