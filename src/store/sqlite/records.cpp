#include "store/sqlite/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.h"
#include "store/sqlite/chunk_rows.h"

namespace dagy::store::sqlite {
namespace {

int64_t PhaseKey(Database& database, const model::PhaseRef& ref) {
    return Statement(database, "SELECT key FROM phases WHERE run_key = ? AND phase = ? AND attempt = ?", ref.run_key,
                     ref.phase, ref.attempt)
        .Number();
}

std::vector<Chunk> ReadChunks(Statement& rows) {
    std::vector<Chunk> chunks;
    while (rows.Step()) chunks.push_back(ReadChunk(rows));
    return chunks;
}

std::vector<PendingBlock> ReadBlocks(Database& database, int64_t phase_key, int kind, bool payloads) {
    std::vector<PendingBlock> blocks;
    const std::string_view sql =
        payloads
            ? "SELECT id, first_row, rows, payload FROM pending WHERE phase_key = ? AND kind = ? ORDER BY first_row"
            : "SELECT id, first_row, rows, '' FROM pending WHERE phase_key = ? AND kind = ? ORDER BY first_row";
    Statement rows(database, sql, phase_key, kind);
    while (rows.Step()) {
        PendingBlock& block = blocks.emplace_back();
        rows.Read(block.id, block.first_row, block.rows, block.payload);
    }
    return blocks;
}

/// The parts of a run as they come from several statements.
class RunParts {
  public:
    explicit RunParts(int64_t run_key) : run_key_(run_key) {}
    RecordView& At(std::string phase, int attempt, int kind) {
        const auto place = std::tuple(std::move(phase), attempt, kind);
        return parts_[place];
    }
    std::vector<PhaseRecords> Take() {
        std::vector<PhaseRecords> all;
        for (auto& [place, view] : parts_) {
            const auto& [phase, attempt, kind] = place;
            all.push_back({{run_key_, phase, attempt}, static_cast<model::RecordKind>(kind), std::move(view)});
        }
        return all;
    }

  private:
    int64_t run_key_;
    std::map<std::tuple<std::string, int, int>, RecordView> parts_;
};

void AddChunks(Database& database, int64_t run_key, RunParts& parts) {
    static const std::string kSql =
        "SELECT " + std::string(kChunkColumns) +
        ", filter, phase, attempt, kind FROM (SELECT c.*, f.filter, p.phase, p.attempt FROM chunks AS c JOIN phases AS "
        "p ON p.key = c.phase_key LEFT JOIN chunk_filters AS f ON f.chunk_id = c.id WHERE c.run_key = ?) ORDER BY "
        "phase_key, kind, first_row";
    std::string phase;
    int attempt = 0, kind = 0;
    Statement rows(database, kSql, run_key);
    while (rows.Step()) {
        Chunk chunk = ReadChunk(rows);
        rows.ReadFrom(7, chunk.filter, phase, attempt, kind);
        parts.At(phase, attempt, kind).chunks.push_back(std::move(chunk));
    }
}

// The bytes are a look-up of their own, so that those that are left out are not even read.
void AddBlocks(Database& database, int64_t run_key, int64_t payload_bytes_max, RunParts& parts) {
    std::string phase;
    int attempt = 0, kind = 0;
    int64_t bytes = 0, total = 0;
    Statement rows(database,
                   "SELECT phase, attempt, kind, id, first_row, rows, bytes FROM phases JOIN pending INDEXED BY "
                   "pending_by_phase ON phase_key = key WHERE run_key = ? ORDER BY phase_key, kind, first_row",
                   run_key);
    while (rows.Step()) {
        PendingBlock block;
        rows.Read(phase, attempt, kind, block.id, block.first_row, block.rows, bytes);
        if ((total += bytes) <= payload_bytes_max) {
            Statement payload(database, "SELECT payload FROM pending WHERE id = ?", block.id);
            if (payload.Step()) payload.Read(block.payload);
        }
        parts.At(phase, attempt, kind).blocks.push_back(std::move(block));
    }
}

/// The rows that something covers; two sets that cover the same may stand for each other.
struct Cover {
    int64_t first = INT64_MAX;
    int64_t rows = 0;
    void Add(int64_t first_row, int64_t count) {
        first = std::min(first, first_row);
        rows += count;
    }
};

[[noreturn]] void ThrowGone() {
    throw Error(ErrorCode::kConflict, "somebody else has settled these records meanwhile", "read again");
}

/// Deletes one row of `table` by id and gives what it covered.
void Take(Database& database, std::string_view sql, int64_t id, int64_t phase_key, model::RecordKind kind,
          Cover& cover) {
    int64_t first = 0;
    int64_t rows = 0;
    Statement taken(database, sql, id, phase_key, static_cast<int>(kind));
    if (!taken.Step()) ThrowGone();
    taken.Read(first, rows);
    cover.Add(first, rows);
}

void Register(Database& database, const model::PhaseRef& ref, int64_t phase_key, model::RecordKind kind,
              const Chunk& chunk, const Cover& freed) {
    if (chunk.first_row != freed.first || chunk.rows != freed.rows)
        throw Error(ErrorCode::kInternal,
                    fmt::format("chunk '{}' holds rows {}+{}, but stands for {}+{}", chunk.object_key, chunk.first_row,
                                chunk.rows, freed.first, freed.rows));
    InsertChunk(database, ref.run_key, phase_key, kind, chunk);
}

}  // namespace

RecordView SqliteRecordStore::View(const model::PhaseRef& ref, model::RecordKind kind, bool payloads) {
    static const std::string kChunks =
        "SELECT " + std::string(kChunkColumns) + " FROM chunks WHERE phase_key = ? AND kind = ? ORDER BY first_row";
    return connections_.Read([&](Database& database) {
        RecordView view;
        const int64_t phase_key = PhaseKey(database, ref);
        Statement rows(database, kChunks, phase_key, static_cast<int>(kind));
        view.chunks = ReadChunks(rows);
        view.blocks = ReadBlocks(database, phase_key, static_cast<int>(kind), payloads);
        return view;
    });
}

std::vector<PhaseRecords> SqliteRecordStore::ViewOfRun(int64_t run_key, int64_t payload_bytes_max) {
    return connections_.Read([&](Database& database) {
        RunParts parts(run_key);
        AddChunks(database, run_key, parts);
        AddBlocks(database, run_key, payload_bytes_max, parts);
        return parts.Take();
    });
}

void SqliteRecordStore::Settle(const model::PhaseRef& ref, model::RecordKind kind, const Chunk& chunk,
                               const std::vector<int64_t>& freed) {
    connections_.Write([&](Database& database) {
        const int64_t phase_key = PhaseKey(database, ref);
        Cover cover;
        for (const int64_t id : freed)
            Take(database, "DELETE FROM pending WHERE id = ? AND phase_key = ? AND kind = ? RETURNING first_row, rows",
                 id, phase_key, kind, cover);
        Register(database, ref, phase_key, kind, chunk, cover);
    });
}

void SqliteRecordStore::Replace(const model::PhaseRef& ref, model::RecordKind kind,
                                const std::vector<int64_t>& old_chunks, const Chunk& merged) {
    connections_.Write([&](Database& database) {
        const int64_t phase_key = PhaseKey(database, ref);
        Cover cover;
        for (const int64_t id : old_chunks) {
            Statement(database,
                      "INSERT OR IGNORE INTO garbage (object_key, at) SELECT object_key, ? FROM chunks WHERE id = ?",
                      clock_.Now(), id)
                .Run();
            Take(database, "DELETE FROM chunks WHERE id = ? AND phase_key = ? AND kind = ? RETURNING first_row, rows",
                 id, phase_key, kind, cover);
        }
        Register(database, ref, phase_key, kind, merged, cover);
    });
}

std::vector<PendingPhase> SqliteRecordStore::PendingPhases(size_t limit, int64_t bytes_min) {
    return connections_.Read([&](Database& database) {
        std::vector<PendingPhase> phases;
        Statement rows(
            database,
            "SELECT run_key, phase, attempt, kind, rows, bytes FROM (SELECT phase_key, kind, sum(rows) AS rows, "
            "sum(bytes) AS bytes "
            "FROM pending INDEXED BY pending_by_phase GROUP BY phase_key, kind HAVING sum(bytes) >= ? LIMIT ?) JOIN "
            "phases ON key = phase_key "
            "ORDER BY phase_key, kind",
            bytes_min, limit);
        while (rows.Step()) {
            PendingPhase& phase = phases.emplace_back();
            int kind = 0;
            rows.Read(phase.ref.run_key, phase.ref.phase, phase.ref.attempt, kind, phase.rows, phase.bytes);
            phase.kind = static_cast<model::RecordKind>(kind);
        }
        return phases;
    });
}

// The inner list walks an index that holds nothing but what is to be done.
std::vector<UnindexedPhase> SqliteRecordStore::UnindexedPhases(int64_t after_key, size_t limit) {
    return connections_.Read([&](Database& database) {
        std::vector<UnindexedPhase> phases;
        Statement rows(database,
                       "SELECT p.key, p.run_key, p.phase, p.attempt, p.status NOT IN ('', 'running') OR r.state IN "
                       "('SUCCEEDED', 'FAILED', 'CANCELLED') FROM (SELECT DISTINCT phase_key FROM chunks INDEXED BY "
                       "chunks_unindexed WHERE indexed = 0 AND phase_key > ? ORDER BY phase_key LIMIT ?) AS c JOIN "
                       "phases AS p ON p.key = c.phase_key JOIN runs AS r ON r.key = p.run_key ORDER BY p.key",
                       after_key, limit);
        while (rows.Step()) {
            UnindexedPhase& phase = phases.emplace_back();
            rows.Read(phase.key, phase.ref.run_key, phase.ref.phase, phase.ref.attempt, phase.ended);
        }
        return phases;
    });
}

void SqliteRecordStore::SetIndexed(const std::vector<IndexMark>& marks) {
    if (marks.empty()) return;
    connections_.Write([&](Database& database) {
        for (const IndexMark& mark : marks) sqlite::SetIndexed(database, mark);
    });
}

std::vector<Chunk> SqliteRecordStore::Chunks(const std::string& key_prefix) {
    static const std::string kSql = "SELECT " + std::string(kChunkColumns) +
                                    " FROM chunks WHERE object_key >= ? AND object_key < ? ORDER BY object_key";
    return connections_.Read([&](Database& database) {
        const std::string end = key_prefix + '\xff';  // no key has this byte: keys are UTF-8
        Statement rows(database, kSql, key_prefix, end);
        return ReadChunks(rows);
    });
}

std::vector<Chunk> SqliteRecordStore::ChunksOfRun(int64_t run_key) {
    static const std::string kSql =
        "SELECT " + std::string(kChunkColumns) + " FROM chunks WHERE run_key = ? ORDER BY object_key";
    return connections_.Read([&](Database& database) {
        Statement rows(database, kSql, run_key);
        return ReadChunks(rows);
    });
}

std::vector<std::string> SqliteRecordStore::Garbage(Time older_than, size_t limit) {
    return connections_.Read([&](Database& database) {
        std::vector<std::string> keys;
        Statement rows(database, "SELECT object_key FROM garbage WHERE at < ? LIMIT ?", older_than, limit);
        while (rows.Step()) rows.Read(keys.emplace_back());
        return keys;
    });
}

void SqliteRecordStore::ForgetGarbage(const std::vector<std::string>& keys) {
    if (keys.empty()) return;
    connections_.Write([&](Database& database) {
        for (const std::string& key : keys) Statement(database, "DELETE FROM garbage WHERE object_key = ?", key).Run();
    });
}

}  // namespace dagy::store::sqlite
