#include "lake/indexer.h"

#include <algorithm>
#include <exception>

#include "base/crash_point.h"
#include "base/error.h"
#include "lake/chunk_query.h"
#include "lake/level_marks.h"

namespace dagy::lake {
namespace {

constexpr model::RecordKind kKinds[] = {model::RecordKind::kLog, model::RecordKind::kError, model::RecordKind::kData,
                                        model::RecordKind::kQueueData, model::RecordKind::kEvent};
constexpr size_t kRoundBytesMax = size_t{32} << 20;  // of filters that are held until the file is written
constexpr size_t kSmallFilterMax = 4096;

using Indexed = store::Chunk::Indexed;

// A file is written whole, so it is written when it grows by a quarter, or for the last time.
bool IsDue(int64_t indexed_rows, int64_t new_rows, bool ended) {
    return new_rows > 0 && (ended || new_rows * 4 >= indexed_rows);
}

}  // namespace

size_t Indexer::IndexSome(size_t phases) {
    const std::lock_guard lock(mutex_);
    std::vector<store::UnindexedPhase> found = records_.UnindexedPhases(after_key_, phases);
    if (found.empty() && after_key_ > 0) found = records_.UnindexedPhases(0, phases);
    after_key_ = found.empty() ? 0 : found.back().key;
    size_t indexed = 0;
    std::exception_ptr failure;
    for (const store::UnindexedPhase& phase : found) {
        if (damaged_.contains(phase.key)) continue;
        try {
            indexed += IndexPhase(phase) ? 1 : 0;
        } catch (const Error& failed) {  // as with settling: one that fails holds up no other one
            failure = std::current_exception();
            if (failed.code() == ErrorCode::kStorage) damaged_.insert(phase.key);
            if (failed.code() == ErrorCode::kStorageFull) break;
        }
    }
    if (indexed == 0 && failure) std::rethrow_exception(failure);
    return indexed;
}

bool Indexer::IndexPhase(const store::UnindexedPhase& phase) {
    std::vector<Held> big;
    std::vector<store::IndexMark> marks;
    int64_t indexed_rows = 0, new_rows = 0;
    for (const model::RecordKind kind : kKinds) {
        for (store::Chunk& chunk : records_.View(phase.ref, kind, false).chunks) {
            const bool is_new = chunk.indexed == Indexed::kNo;
            if (chunk.rows <= kSmallChunkRows) {
                if (!is_new) continue;
                std::vector<BlockFilter> filters = FiltersOf({kind, chunk}, {chunk.rows}, kSmallFilterMax);
                marks.push_back({chunk.id, Indexed::kByFilter, std::move(filters.front().bytes)});
            } else {
                (is_new ? new_rows : indexed_rows) += chunk.rows;
                big.push_back({kind, std::move(chunk)});
            }
        }
    }
    if (IsDue(indexed_rows, new_rows, phase.ended)) IndexInFile(big, marks);
    records_.SetIndexed(marks);
    return !marks.empty();
}

void Indexer::IndexInFile(const std::vector<Held>& chunks, std::vector<store::IndexMark>& marks) {
    const std::string key = IndexKeyOf(chunks.front().chunk.object_key);
    std::vector<std::string> kept;
    std::vector<IndexEntry> added;
    std::vector<int64_t> indexed, lost;
    size_t bytes = 0;
    for (const Held& held : chunks) {
        const store::Chunk& chunk = held.chunk;
        if (chunk.indexed == Indexed::kInFile) {
            kept.push_back(chunk.sha256);
            lost.push_back(chunk.id);
        } else if (bytes < kRoundBytesMax) {
            for (BlockFilter& block : FiltersOf(held, BlockRows(chunk), SIZE_MAX)) {
                bytes += block.bytes.size();
                added.push_back({held.kind, NameInFolder(chunk.object_key), chunk.sha256, std::move(block)});
            }
            indexed.push_back(chunk.id);
        }
    }
    try {
        RewriteIndex(database_, objects_, key, kept, added);
    } catch (const Error& failed) {
        if (kept.empty() || failed.code() == ErrorCode::kStorageFull) throw;
        // What the file had cannot be had again from it: those chunks have their turn once more.
        RewriteIndex(database_, objects_, key, {}, added);
        for (const int64_t id : lost) marks.push_back({id, Indexed::kNo, {}});
    }
    CrashPoint("lake.index.written");
    for (const int64_t id : indexed) marks.push_back({id, Indexed::kInFile, {}});
}

// A block is what DuckDB can skip to: a row group.
std::vector<int64_t> Indexer::BlockRows(const store::Chunk& chunk) {
    const std::string file = FileOf(files_, chunk);
    return NamingChunk(chunk, [&] {
        Connection connection = database_.Lend();
        Statement select(
            connection, "SELECT row_group_num_rows FROM parquet_metadata(?) WHERE column_id = 0 ORDER BY row_group_id");
        select.Bind(1, file);
        std::vector<int64_t> blocks;
        Rows rows = select.Run();
        while (rows.Next())
            for (size_t i = 0; i < rows.size(); ++i) blocks.push_back(rows.column(0).Int64(i));
        return blocks;
    });
}

std::vector<BlockFilter> Indexer::FiltersOf(const Held& held, const std::vector<int64_t>& block_rows,
                                            size_t bytes_max) {
    static const RowMatcher kEvery{RowQuery{}};
    const store::Chunk& chunk = held.chunk;
    std::vector<BlockFilter> filters;
    GramFilterBuilder builder;
    RowTexts texts;
    LevelsSeen levels;
    int64_t first = chunk.first_row, seen = 0, scanned = 0;
    const auto finish = [&] {
        levels.MarkIn(builder);
        const uint64_t seal = SealOf(chunk.sha256, first, seen);
        filters.push_back({first, seen, builder.Finish(std::min(bytes_max, FilterBytesMax(chunk, seen)), seal)});
        first += seen;
        seen = 0;
    };
    scan_.Run(
        chunk, {}, {.kind = held.kind, .phase = {}, .matcher = kEvery, .stop = {}},
        [&](const SearchRow& row, const MatchedText&) {
            levels.Add(row.level);
            texts.Reset(row);
            for (size_t i = 0; const RowText* text = texts.At(i); ++i) builder.Add(text->text);
            ++seen;
            if (filters.size() < block_rows.size() && seen >= block_rows[filters.size()]) finish();
            return true;
        },
        scanned);
    if (seen > 0 || filters.empty()) finish();
    return filters;
}

}  // namespace dagy::lake
