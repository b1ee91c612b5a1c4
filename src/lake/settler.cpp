#include "lake/settler.h"

#include <algorithm>
#include <exception>
#include <set>

#include "base/crash_point.h"
#include "base/error.h"
#include "lake/block_reader.h"
#include "lake/data_table.h"
#include "lake/error_table.h"
#include "lake/log_table.h"
#include "lake/metadata_table.h"
#include "lake/object_keys.h"

namespace dagy::lake {
namespace {

constexpr size_t kChunkRowsMax = 262144;
constexpr size_t kChunkBytesMax = size_t{64} << 20;

constexpr model::RecordKind kKinds[] = {model::RecordKind::kLog, model::RecordKind::kError, model::RecordKind::kData,
                                        model::RecordKind::kQueueData, model::RecordKind::kEvent};

/// The first blocks of a view that follow one another without a gap, decoded, as many as fit into memory well.
template <class Row>
struct Gathered {
    std::vector<Row> rows;
    std::vector<int64_t> blocks;
    int64_t first_row = 0;
};

template <class Row>
Gathered<Row> Gather(const store::RecordView& view) {
    Gathered<Row> gathered;
    size_t bytes = 0;
    for (const Piece& piece : PiecesOf(view)) {
        const bool follows = piece.block != nullptr &&
                             piece.first_row == gathered.first_row + static_cast<int64_t>(gathered.rows.size());
        if (gathered.blocks.empty() ? piece.block == nullptr : !follows) {
            if (gathered.blocks.empty()) continue;
            break;
        }
        if (gathered.blocks.empty()) gathered.first_row = piece.first_row;
        std::vector<Row> rows = DecodeBlock<Row>(*piece.block);
        for (const Row& row : rows) bytes += TextBytes(row);
        gathered.rows.insert(gathered.rows.end(), std::make_move_iterator(rows.begin()),
                             std::make_move_iterator(rows.end()));
        gathered.blocks.push_back(piece.block->id);
        if (gathered.rows.size() >= kChunkRowsMax || bytes >= kChunkBytesMax) break;
    }
    return gathered;
}

}  // namespace

std::string DefaultDeploymentOf(const LakeOptions& options, const model::Run& run) {
    return options.default_deployment_of ? options.default_deployment_of(run.scope.org) : run.scope.deployment;
}

bool Settler::Settle(const model::PhaseRef& ref) {
    const std::optional<model::Run> run = run_of_(ref.run_key);
    if (!run) return false;
    bool moved = false;
    for (const model::RecordKind kind : kKinds) moved |= SettleKind(ref, kind, *run);
    WriteMetadata(ref, *run);
    return moved;
}

bool Settler::SettleKind(const model::PhaseRef& ref, model::RecordKind kind, const model::Run& run) {
    bool moved = false;
    while (true) {
        const store::RecordView view = records_.View(ref, kind);
        if (view.blocks.empty() || !SettleBlocks(ref, kind, run, view)) return moved;
        moved = true;
    }
}

// False when another settler was first.
bool Settler::SettleBlocks(const model::PhaseRef& ref, model::RecordKind kind, const model::Run& run,
                           const store::RecordView& view) {
    const std::string deployment = DefaultDeploymentOf(options_, run);
    const KeyOf key_of = [&](size_t number) { return ChunkKey(run, ref.phase, ref.attempt, kind, number, deployment); };
    const auto settle = [&]<class Row>(const Gathered<Row>& gathered) {
        const store::Chunk chunk =
            writer_.Write(std::span<const Row>(gathered.rows), gathered.first_row, NextNumber(view.chunks), key_of);
        try {
            records_.Settle(ref, kind, chunk, gathered.blocks);
            CrashPoint("lake.settle.registered");
            return true;
        } catch (const Error& failed) {
            DropUnregistered(chunk.object_key);
            if (failed.code() == ErrorCode::kConflict) return false;
            throw;
        }
    };
    if (kind == model::RecordKind::kLog) return settle(Gather<model::LogRow>(view));
    if (kind == model::RecordKind::kError) return settle(Gather<model::ErrorRow>(view));
    return settle(Gather<model::DataRow>(view));
}

void Settler::WriteMetadata(const model::PhaseRef& ref, const model::Run& run) {
    if (!options_.phases_of) return;
    const std::vector<model::PhaseSummary> phases = options_.phases_of(ref.run_key);
    const auto phase = std::find_if(phases.begin(), phases.end(), [&](const auto& summary) {
        return summary.ref.phase == ref.phase && summary.ref.attempt == ref.attempt;
    });
    if (phase == phases.end() || phase->status == "running") return;
    MetadataSource source(*phase);
    writer_.Overwrite(source, MetadataKey(run, ref.phase, ref.attempt, DefaultDeploymentOf(options_, run)));
}

size_t Settler::SettleSome(size_t phases) {
    std::set<model::PhaseRef> refs;
    for (const store::PendingPhase& pending :
         records_.PendingPhases(phases * std::size(kKinds), options_.settle_bytes_min))
        if (refs.size() < phases) refs.insert(pending.ref);
    size_t settled = 0;
    std::exception_ptr failure;
    for (const model::PhaseRef& ref : refs) {
        try {
            settled += Settle(ref) ? 1 : 0;
        } catch (const Error& failed) {  // a phase that cannot be settled holds up no other one
            failure = std::current_exception();
            if (failed.code() == ErrorCode::kStorageFull) break;
        }
    }
    if (settled == 0 && failure) std::rethrow_exception(failure);
    return settled;
}

// Whether a transaction that failed was undone is not always known; an orphan costs space for an hour, a deleted chunk
// costs records.
void Settler::DropUnregistered(const std::string& key) {
    for (const store::Chunk& chunk : records_.Chunks(key))
        if (chunk.object_key == key) return;
    objects_.Delete(key);
}

}  // namespace dagy::lake
