/// Pending records and the register of Parquet chunks: what lake stands on. Nobody else includes this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/record.h"
#include "model/run.h"

namespace dagy::store {

/// A run of consecutive pending rows of one phase attempt and kind, as one compressed block (see pending_codec.h).
struct PendingBlock {
    int64_t id = 0;
    int64_t first_row = 0;
    int64_t rows = 0;
    std::string payload;
};

struct Chunk {
    int64_t id = 0;
    std::string object_key;
    int64_t first_row = 0;
    int64_t rows = 0;
    int64_t bytes = 0;
    std::string sha256;

    enum class Indexed : uint8_t { kNo, kByFilter, kInFile };
    Indexed indexed = Indexed::kNo;  ///< by `filter`, in the phase attempt's index.parquet, or not at all
    std::string filter;  ///< what texts a small chunk may hold (lake/gram_filter.h); registered with it, read by
                         ///< ViewOfRun alone
};

/// What a reader sees of one (phase, attempt, kind): chunks and blocks, by first_row, without overlap or gap.
struct RecordView {
    std::vector<Chunk> chunks;
    std::vector<PendingBlock> blocks;
};

/// What a run holds of one (phase, attempt, kind).
struct PhaseRecords {
    model::PhaseRef ref;
    model::RecordKind kind = model::RecordKind::kLog;
    RecordView view;
};

/// A phase attempt that has chunks without an index.
struct UnindexedPhase {
    int64_t key = 0;  ///< the order of the list
    model::PhaseRef ref;
    bool ended = false;  ///< the attempt says so, or its run has ended
};

/// How a chunk is indexed from now on.
struct IndexMark {
    int64_t chunk_id = 0;
    Chunk::Indexed indexed = Chunk::Indexed::kNo;
    std::string filter;  ///< of kByFilter
};

/// Which texts all rows of a run may hold (lake/run_filters.h).
struct TextsOfRun {
    int64_t run_key = 0;
    int64_t rows = 0;    ///< of all kinds; exactly these are described
    std::string filter;  ///< empty: there is none to be had
};

/// A phase attempt that has pending rows.
struct PendingPhase {
    model::PhaseRef ref;
    model::RecordKind kind;
    int64_t rows = 0;
    int64_t bytes = 0;
};

class RecordStore {
  public:
    virtual ~RecordStore() = default;

    /// One consistent snapshot. `payloads` false leaves blocks empty of bytes.
    virtual RecordView View(const model::PhaseRef& ref, model::RecordKind kind, bool payloads = true) = 0;

    /// Everything of a run by (phase, attempt, kind), one consistent snapshot, with the filters of chunks. Blocks come
    /// with their bytes until `payload_bytes_max` are reached; the others are left empty of bytes: see View.
    virtual std::vector<PhaseRecords> ViewOfRun(int64_t run_key, int64_t payload_bytes_max) = 0;

    /// Registers `chunk` and frees exactly the blocks `freed` in one transaction. kConflict if a block is gone
    /// (somebody else settled it): the caller deletes its object.
    virtual void Settle(const model::PhaseRef& ref, model::RecordKind kind, const Chunk& chunk,
                        const std::vector<int64_t>& freed) = 0;
    /// Replaces `old_chunks` by `merged` in one transaction, for compaction. The old objects become garbage; see
    /// Garbage.
    virtual void Replace(const model::PhaseRef& ref, model::RecordKind kind, const std::vector<int64_t>& old_chunks,
                         const Chunk& merged) = 0;

    /// Of at least so many pending bytes of one kind.
    virtual std::vector<PendingPhase> PendingPhases(size_t limit, int64_t bytes_min = 0) = 0;
    /// By key, those behind `after_key`.
    virtual std::vector<UnindexedPhase> UnindexedPhases(int64_t after_key, size_t limit) = 0;
    /// One transaction. A chunk that is gone meanwhile is left out.
    virtual void SetIndexed(const std::vector<IndexMark>& marks) = 0;
    /// Runs that have ended and got rows since their filter was made, by key, those behind `after_key`.
    virtual std::vector<int64_t> UnfilteredRuns(int64_t after_key, size_t limit) = 0;
    /// One transaction. A run that has other rows by now is left as it is; one without a filter is not listed again
    /// until it gets rows.
    virtual void SetRunFilters(const std::vector<TextsOfRun>& runs) = 0;
    /// Of those of the runs that have a filter, by key; it describes every row of the run.
    virtual std::vector<TextsOfRun> RunFilters(const std::vector<int64_t>& run_keys) = 0;
    /// Every registered object under the prefix, for `lake check` and for clearing orphans.
    virtual std::vector<Chunk> Chunks(const std::string& key_prefix) = 0;
    virtual std::vector<Chunk> ChunksOfRun(int64_t run_key) = 0;
    virtual std::vector<std::string> Garbage(Time older_than, size_t limit) = 0;
    virtual void ForgetGarbage(const std::vector<std::string>& keys) = 0;
};

}  // namespace dagy::store
