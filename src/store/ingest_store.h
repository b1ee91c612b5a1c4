/// The one way in: a batch becomes durable as a whole, with the events that followers see.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/batch.h"

namespace dagy::store {

/// A Parquet object that is already written and synced, registered by the transaction that acknowledges its records.
struct NewChunk {
    model::RunName run;
    std::string phase;
    int attempt = 1;
    model::RecordKind kind = model::RecordKind::kLog;
    std::string object_key;
    int64_t rows = 0;
    int64_t error_log_rows = 0;  ///< logs: rows at ERROR or above, for the phase's count
    int64_t bytes = 0;
    std::string sha256;
    /// The row number its first row was written with. The transaction fails with kConflict if the phase has moved on
    /// meanwhile: write again.
    int64_t first_row = 0;
    std::string filter;  ///< as Chunk's
};

struct ApplyResult {
    bool changed = false;  ///< anything at all is different now
    int64_t records_added = 0;
    std::vector<size_t> seen;  ///< indexes into Batch::event_ids that were already there; the caller leaves their lines
                               ///< out and applies again
    bool progress_conflict =
        false;  ///< a SourceProgress was not at `expected`; nothing was applied: reload the mark, decide again
    int64_t last_seq = 0;  ///< newest event of this batch; 0 if none
};

/// Thread-safe; every call is one transaction; after it returned, the batch survives kill -9 and power loss.
class IngestStore {
  public:
    virtual ~IngestStore() = default;

    /// All or nothing. Runs and attempts merge (model::Merge); a run that is named only by an attempt or record is
    /// created QUEUED; a dag too. Records in `batch.records` become pending rows (read through lake until they are
    /// settled), numbered after what is there. If any of `event_ids` is known, or a progress mark differs, nothing is
    /// applied and the result says so. Throws kStorageFull when the disk is full; the store stays usable.
    virtual ApplyResult Apply(const model::Batch& batch, const std::vector<NewChunk>& chunks = {}) = 0;

    /// The mark of a source, or nothing.
    virtual std::optional<std::string> Progress(const model::Scope& scope, const std::string& key) = 0;

    /// The next row number of a phase's records, 0 for a phase that is not there yet.
    virtual int64_t NextRow(const model::Scope& scope, const model::RunName& run, const std::string& phase, int attempt,
                            model::RecordKind kind) = 0;
};

}  // namespace dagy::store
