#include "lake/compactor.h"

#include <algorithm>

#include "base/crash_point.h"
#include "base/error.h"
#include "lake/data_table.h"
#include "lake/error_table.h"
#include "lake/log_table.h"
#include "lake/object_keys.h"

namespace dagy::lake {
namespace {

constexpr int64_t kMemoryBytesMax = int64_t{64} << 20;
constexpr int64_t kMemberBytes = 64;  // a member of a JSON object, beside its name and text

int64_t MemoryOf(const model::LogRow& row) {
    return static_cast<int64_t>(sizeof row + TextBytes(row));
}
int64_t MemoryOf(const model::ErrorRow& row) {
    return static_cast<int64_t>(sizeof row + TextBytes(row));
}
int64_t MemoryOf(const model::DataRow& row) {
    auto bytes = static_cast<int64_t>(sizeof row + 2 * TextBytes(row));
    for (const auto& member : row.columns) bytes += kMemberBytes + static_cast<int64_t>(member.key().size());
    return bytes;
}

/// Rows of whole chunks, as many as fit.
template <class Row>
struct Gathered {
    std::vector<Row> rows;
    std::vector<int64_t> chunks;
    int64_t bytes = 0;  ///< of the objects
};

template <class Row>
Gathered<Row> Gather(ChunkReader& reader, std::span<const store::Chunk> chunks) {
    Gathered<Row> gathered;
    int64_t memory = 0;
    for (const store::Chunk& chunk : chunks) {
        const size_t before = gathered.rows.size();
        const bool fits = reader.Read(chunk, {}, [&](std::span<const Row> slice) {
            for (const Row& row : slice) memory += MemoryOf(row);
            gathered.rows.insert(gathered.rows.end(), slice.begin(), slice.end());
            return memory <= kMemoryBytesMax;
        });
        if (!fits) {
            gathered.rows.resize(before);
            break;
        }
        gathered.chunks.push_back(chunk.id);
        gathered.bytes += chunk.bytes;
    }
    return gathered;
}

// A column that holds nothing but nulls is in no row that was read: the first row names all columns, in their order.
void NameColumns(ChunkReader& reader, std::span<const store::Chunk> chunks, std::vector<model::DataRow>& rows) {
    DataColumns columns;
    for (const store::Chunk& chunk : chunks)
        for (const DataColumns::Column& column : reader.Columns(chunk)) columns.Add(column.name, column.type);
    json::object named;
    for (const DataColumns::Column& column : columns.all()) named.emplace(column.name, nullptr);
    for (auto& [name, value] : rows.front().columns) named[name] = std::move(value);
    rows.front().columns = std::move(named);
}

}  // namespace

void Compactor::Compact(const model::Run& run, const model::PhaseRef& ref, model::RecordKind kind, Eagerness eagerness,
                        const std::function<bool(const MergeCost&)>& merged) {
    size_t from = 0;
    while (true) {
        const store::RecordView view = records_.View(ref, kind, false);
        const std::optional<Merge> next = NextMerge(view.chunks, from, eagerness);
        if (!next) return;
        const std::optional<MergeCost> cost = MergeOf(run, ref, kind, view.chunks, *next);
        // Where nothing came of it, the first of the two is as big as it gets; merged chunks may take in more.
        from = cost ? next->first : next->first + 1;
        if (cost && !merged(*cost)) return;
    }
}

std::optional<MergeCost> Compactor::MergeOf(const model::Run& run, const model::PhaseRef& ref, model::RecordKind kind,
                                            std::span<const store::Chunk> all, Merge merge) {
    if (kind == model::RecordKind::kLog) return MergeRows<model::LogRow>(run, ref, kind, all, merge);
    if (kind == model::RecordKind::kError) return MergeRows<model::ErrorRow>(run, ref, kind, all, merge);
    return MergeRows<model::DataRow>(run, ref, kind, all, merge);
}

// Nothing where less than two chunks fit into memory together, or where somebody else was first.
template <class Row>
std::optional<MergeCost> Compactor::MergeRows(const model::Run& run, const model::PhaseRef& ref, model::RecordKind kind,
                                              std::span<const store::Chunk> all, Merge merge) {
    const auto chunks = all.subspan(merge.first, merge.count);
    Gathered<Row> gathered = Gather<Row>(reader_, chunks);
    if (gathered.chunks.size() < 2) return std::nullopt;
    if constexpr (std::is_same_v<Row, model::DataRow>)
        NameColumns(reader_, chunks.first(gathered.chunks.size()), gathered.rows);
    const std::string deployment = DefaultDeploymentOf(options_, run);
    const store::Chunk merged =
        writer_.Write(std::span<const Row>(gathered.rows), chunks.front().first_row, NextNumber(all),
                      [&](size_t number) { return ChunkKey(run, ref.phase, ref.attempt, kind, number, deployment); });
    CrashPoint("lake.compact.written");
    try {
        records_.Replace(ref, kind, gathered.chunks, merged);
    } catch (const Error& failed) {
        settler_.DropUnregistered(merged.object_key);
        if (failed.code() == ErrorCode::kConflict) return std::nullopt;
        throw;
    }
    CrashPoint("lake.compact.replaced");
    return MergeCost{static_cast<int64_t>(gathered.chunks.size()), merged.rows, gathered.bytes, merged.bytes};
}

}  // namespace dagy::lake
