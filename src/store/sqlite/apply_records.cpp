// Records get their numbers here: pending blocks and chunks of a phase follow each other without gap.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/error.h"
#include "store/pending_codec.h"
#include "store/sqlite/apply.h"
#include "store/sqlite/chunk_rows.h"
#include "store/sqlite/phase_heads.h"
#include "store/sqlite/phase_rows.h"

namespace dagy::store::sqlite {
namespace {

// A reader unpacks whole blocks, so they are bounded: by rows, and by bytes unless one row alone is more.
constexpr size_t kBlockRowsMax = 8192;
constexpr size_t kBlockBytesMax = size_t{4} << 20;

size_t Size(const model::LogRow& row) {
    return row.message.size() + row.extras.size() + 64;
}
size_t Size(const model::ErrorRow& row) {
    return row.error_detail.size() + row.traceback.size() + row.extras.size() + 128;
}
size_t Size(const model::DataRow&) {
    return 512;
}

bool IsError(const model::LogRow& row) {
    return row.level >= model::Level::kError;
}

template <typename Row>
size_t RowsOfBlock(std::span<const Row> rows) {
    size_t bytes = 0;
    size_t count = 0;
    while (count < rows.size() && count < kBlockRowsMax && (count == 0 || bytes + Size(rows[count]) <= kBlockBytesMax))
        bytes += Size(rows[count++]);
    return count;
}

template <typename Row, typename Encode>
void AddBlocks(std::vector<EncodedBlock>& blocks, size_t group, std::span<const Row> rows, const Encode& encode) {
    while (!rows.empty()) {
        const auto part = rows.first(RowsOfBlock(rows));
        EncodedBlock block{group, static_cast<int64_t>(part.size()), 0, encode(part)};
        block.first = blocks.empty() || blocks.back().group != group;
        if constexpr (std::is_same_v<Row, model::LogRow>) block.error_log_rows = std::ranges::count_if(part, IsError);
        blocks.push_back(std::move(block));
        rows = rows.subspan(part.size());
    }
}

}  // namespace

std::vector<EncodedBlock> EncodeBlocks(const std::vector<model::RecordGroup>& groups) {
    std::vector<EncodedBlock> blocks;
    for (size_t i = 0; i < groups.size(); ++i) {
        const model::RecordGroup& group = groups[i];
        switch (group.kind) {
            case model::RecordKind::kLog:
                AddBlocks<model::LogRow>(blocks, i, group.logs, EncodeLogs);
                break;
            case model::RecordKind::kError:
                AddBlocks<model::ErrorRow>(blocks, i, group.errors, EncodeErrors);
                break;
            default:
                AddBlocks<model::DataRow>(blocks, i, group.data, EncodeData);
        }
    }
    return blocks;
}

Applying::PhaseRow& Applying::PhaseOf(const model::RunName& run, const std::string& phase, int attempt) {
    const model::PhaseRef ref{RunKey(run), phase, attempt};
    Touch(ref.run_key, phase);
    const auto [place, is_new] = phases_.try_emplace(ref);
    PhaseRow& row = place->second;
    if (!is_new) return row;
    Statement(database_, "INSERT OR IGNORE INTO phases (run_key, phase, attempt, status, message) VALUES (?,?,?,'','')",
              ref.run_key, phase, attempt)
        .Run();
    Statement stored(
        database_,
        "SELECT key, log_count, error_count, data_count, queue_data_count, event_count, error_log_count FROM phases "
        "WHERE run_key = ? AND phase = ? AND attempt = ?",
        ref.run_key, phase, attempt);
    stored.Step();
    stored.Read(row.key, row.rows[0], row.rows[1], row.rows[2], row.rows[3], row.rows[4], row.error_logs);
    return row;
}

void Applying::Touch(int64_t run_key, std::string_view phase) {
    if (model::ParseEtlPhase(phase)) touched_.insert(run_key);
}

void Applying::MarkRuns() {
    DropTallies();
    for (const int64_t run_key : touched_) MarkPhases(database_, run_key);
    for (const int64_t run_key : grown_) {
        Statement(database_, "DELETE FROM run_filters WHERE run_key = ?", run_key).Run();
        Statement(database_, "INSERT OR IGNORE INTO unfiltered_runs (run_key) VALUES (?)", run_key).Run();
    }
}

void Applying::Phase(const model::PhaseOfRun& incoming) {
    const model::PhaseSummary& summary = incoming.summary;
    const int64_t key = PhaseOf(incoming.run, summary.ref.phase, summary.ref.attempt).key;
    std::string status, message;
    std::optional<int64_t> total;
    Statement stored(database_, "SELECT status, message, total FROM phases WHERE key = ?", key);
    stored.Step();
    stored.Read(status, message, total);
    const std::string& next_status = summary.status.empty() ? status : summary.status;
    const std::string& next_message = summary.message.empty() ? message : summary.message;
    const std::optional<int64_t> next_total = summary.total ? summary.total : total;
    if (next_status == status && next_message == message && next_total == total) return;
    Statement(database_, "UPDATE phases SET status = ?, message = ?, total = ? WHERE key = ?", next_status,
              next_message, next_total, key)
        .Run();
    result.changed = true;
    Tell("phase.updated", incoming.run.dag_id, incoming.run.run_id, {},
         {{"run_key", RunKey(incoming.run)},
          {"phase", summary.ref.phase},
          {"attempt", summary.ref.attempt},
          {"status", next_status}});
}

int64_t Applying::Advance(const model::RunName& run, const std::string& phase, int attempt, model::RecordKind kind,
                          int64_t rows, int64_t error_logs) {
    PhaseRow& row = PhaseOf(run, phase, attempt);
    int64_t& next = row.rows[static_cast<size_t>(kind)];
    const int64_t first = next;
    next += rows;
    row.error_logs += error_logs;
    Statement(
        database_,
        "UPDATE phases SET log_count = ?, error_count = ?, data_count = ?, queue_data_count = ?, event_count = ?, "
        "error_log_count = ? WHERE key = ?",
        row.rows[0], row.rows[1], row.rows[2], row.rows[3], row.rows[4], row.error_logs, row.key)
        .Run();
    grown_.insert(RunKey(run));
    result.changed = true;
    result.records_added += rows;
    Tell("records.appended", run.dag_id, run.run_id, {},
         {{"run_key", RunKey(run)},
          {"phase", phase},
          {"attempt", attempt},
          {"kind", FileStem(kind)},
          {"first_row", first},
          {"rows", rows}});
    return first;
}

void Applying::Records(const model::RecordGroup& group, const EncodedBlock& block) {
    const int64_t first = Advance(group.run, group.phase, group.attempt, group.kind, block.rows, block.error_log_rows);
    if (block.first && !group.data.empty() && model::ParseEtlPhase(group.phase))
        AddToHead(database_, PhaseOf(group.run, group.phase, group.attempt).key, group.kind, first, group.data);
    Statement(database_, "INSERT INTO pending (phase_key, kind, first_row, rows, bytes, payload) VALUES (?,?,?,?,?,?)",
              PhaseOf(group.run, group.phase, group.attempt).key, static_cast<int>(group.kind), first, block.rows,
              block.payload.size(), Blob{block.payload})
        .Run();
}

void Applying::Chunk(const NewChunk& chunk) {
    const PhaseRow& phase = PhaseOf(chunk.run, chunk.phase, chunk.attempt);
    const int64_t next = phase.rows[static_cast<size_t>(chunk.kind)];
    if (next != chunk.first_row)
        throw Error(ErrorCode::kConflict,
                    fmt::format("others have written to phase '{}' of run '{}' meanwhile: its next row is {}, not {}",
                                chunk.phase, chunk.run.run_id, next, chunk.first_row),
                    "try again");
    const int64_t first = Advance(chunk.run, chunk.phase, chunk.attempt, chunk.kind, chunk.rows, chunk.error_log_rows);
    InsertChunk(database_, RunKey(chunk.run), phase.key, chunk.kind,
                {.object_key = chunk.object_key,
                 .first_row = first,
                 .rows = chunk.rows,
                 .bytes = chunk.bytes,
                 .sha256 = chunk.sha256,
                 .filter = chunk.filter});
}

}  // namespace dagy::store::sqlite
