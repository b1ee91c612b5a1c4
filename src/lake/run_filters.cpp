#include "lake/run_filters.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "lake/gram_filter.h"
#include "lake/level_marks.h"
#include "lake/part_search.h"

namespace dagy::lake {
namespace {

constexpr int64_t kPayloadBytesMax = int64_t{16} << 20;
constexpr size_t kFilterShare = 10;  // a tenth of the texts
constexpr size_t kFilterMin = 256, kFilterMax = 16384;

uint64_t SealOfRun(int64_t run_key, int64_t rows) {
    return SealOf("run.3", run_key, rows);
}

std::vector<model::RecordKind> KindsOf(const SearchScope& scope) {
    if (!scope.kinds.empty()) return scope.kinds;
    return {model::RecordKind::kLog, model::RecordKind::kError, model::RecordKind::kData};
}

/// False where rows are too many for a filter of the whole.
bool Add(const store::PhaseRecords& part, int64_t& rows) {
    for (const store::Chunk& chunk : part.view.chunks) rows += chunk.rows;
    for (const store::PendingBlock& block : part.view.blocks) {
        rows += block.rows;
        if (block.payload.empty()) return false;
    }
    return rows <= kFilteredRowsMax;
}

}  // namespace

std::vector<RunOutlook> RunFilters::MayHold(const std::vector<int64_t>& run_keys, const RowMatcher& matcher,
                                            const SearchScope& scope) const {
    std::vector<RunOutlook> outlooks(run_keys.size());
    const std::vector<model::RecordKind> kinds = KindsOf(scope);
    const auto prunes = [&](model::RecordKind kind) { return matcher.Prunes(kind); };
    if (!std::ranges::all_of(kinds, prunes)) return outlooks;
    std::unordered_map<int64_t, size_t> places;
    for (size_t i = 0; i < run_keys.size(); ++i) places[run_keys[i]] = i;
    for (const store::TextsOfRun& run : records_.RunFilters(run_keys)) {
        const auto filter = GramFilter::Open(run.filter, SealOfRun(run.run_key, run.rows));
        if (!filter) continue;
        const auto may = [&](model::RecordKind kind) { return matcher.MayBeIn(kind, *filter); };
        if (std::ranges::none_of(kinds, may)) outlooks[places.at(run.run_key)] = {false, run.rows};
    }
    return outlooks;
}

size_t RunFilters::MakeSome(size_t runs) {
    const std::lock_guard lock(mutex_);
    std::vector<int64_t> keys = records_.UnfilteredRuns(after_key_, runs);
    if (keys.empty() && after_key_ > 0) keys = records_.UnfilteredRuns(0, runs);
    after_key_ = keys.empty() ? 0 : keys.back();
    std::vector<store::TextsOfRun> made;
    for (const int64_t key : keys) {
        try {
            made.push_back(TextsOf(key));
        } catch (const Error&) {  // searched without a filter, as before; read again when the list comes round
        }
    }
    records_.SetRunFilters(made);
    return made.size();
}

store::TextsOfRun RunFilters::TextsOf(int64_t run_key) {
    static const RowMatcher kEvery{RowQuery{}};
    store::TextsOfRun run{.run_key = run_key};
    const std::vector<store::PhaseRecords> parts = records_.ViewOfRun(run_key, kPayloadBytesMax);
    bool fits = true;
    for (const store::PhaseRecords& part : parts) fits = Add(part, run.rows) && fits;
    if (!fits) return run;

    GramFilterBuilder builder;
    RowTexts texts;
    size_t bytes = 0;
    SearchTally tally;
    LevelsSeen levels;
    const TakeMatch add = [&](const SearchRow& row, const MatchedText&) {
        levels.Add(row.level);
        texts.Reset(row);
        for (size_t i = 0; const RowText* text = texts.At(i); ++i) {
            builder.Add(text->text);
            bytes += text->text.size();
        }
        return true;
    };
    for (const store::PhaseRecords& part : parts) {
        const ScanQuery query{.kind = part.kind, .phase = part.ref.phase, .matcher = kEvery, .stop = {}};
        int64_t next = 0;
        PartSearch(scan_, index_, query, tally).Run(part.view, {}, add, next);
    }
    levels.MarkIn(builder);
    run.filter = builder.Finish(std::clamp(bytes / kFilterShare, kFilterMin, kFilterMax), SealOfRun(run_key, run.rows));
    return run;
}

}  // namespace dagy::lake
