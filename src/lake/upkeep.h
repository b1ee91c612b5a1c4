/// Keeps the lake small, sound and in bounds: merging chunks, deleting runs, checking and copying what is there.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/run.h"
#include "store/upkeep_store.h"

namespace dagy::lake {

/// Which runs; what is left out does not matter.
struct UpkeepScope {
    std::optional<std::string> org, deployment, dag_id, run_id;
    std::optional<std::string> date_from, date_to;  ///< partition dates, inclusive
    /// No narrower than an organization: what belongs to no run is looked at too.
    bool WholeOrganization() const { return !deployment && !dag_id && !run_id && !date_from && !date_to; }
};

/// Hears what goes on, as objects with a `kind`; false: stop soon.
using Tell = std::function<bool(const json::object&)>;

struct CompactReport {
    int64_t runs = 0;
    int64_t merges = 0;
    int64_t chunks_before = 0, chunks_after = 0;  ///< of the merged ones
    int64_t rows = 0;                             ///< in them
    int64_t bytes_before = 0, bytes_after = 0;
};

struct CheckReport {
    int64_t runs = 0, objects = 0, rows = 0, bytes = 0;
    int64_t damaged = 0;  ///< objects that are missing, changed or not readable
    int64_t gaps = 0;     ///< phases whose rows are not all there
    int64_t orphans = 0;  ///< objects that nobody refers to and that the next start clears
    int64_t young = 0;    ///< objects that nobody refers to yet: they may be being written
    bool Sound() const { return damaged == 0 && gaps == 0; }
};

struct RetainOptions {
    UpkeepScope scope;         ///< organization, deployment and dag count
    int64_t default_days = 0;  ///< of dags without a setting of their own; 0: for ever
    bool dry_run = false;      ///< only say what would go
    /// Who does it; organization, time, run and reason are filled in.
    store::AuditEntry audit{.resource_type = "run", .action = "delete", .actor_type = "retention"};
};

struct RetainReport {
    int64_t deleted = 0;  ///< or would be
    int64_t in_use = 0;   ///< old, but kept for now
    int64_t rows = 0, objects = 0;
};

struct ExportReport {
    int64_t runs = 0, objects = 0, rows = 0, bytes = 0;
    std::vector<std::string> damaged;  ///< object keys that could not be copied
};

/// Thread-safe. What it does is safe beside readers and writers of this process and of others, and after a kill at any
/// point: a later call goes on where it was.
class Upkeep {
  public:
    virtual ~Upkeep() = default;

    /// Merges small chunks that came since the last call, as far as it pays: each row is rewritten a logarithmic number
    /// of times. At most `merges`; true if there may be more to do.
    virtual bool CompactSome(size_t merges) = 0;
    /// Merges all that fit together, of every run of the scope. Damaged chunks are told of and left alone.
    virtual CompactReport Compact(const UpkeepScope& scope, const Tell& tell) = 0;
    /// Deletes replaced chunks that no reader can still need.
    virtual size_t ClearGarbage() = 0;

    /// Compares every registered object, and every phase's row count, with what is there.
    virtual CheckReport Check(const UpkeepScope& scope, const Tell& tell) = 0;

    /// Deletes runs that are older than their dag's setting, oldest first. One in use stays until it is not: running,
    /// being diagnosed, or being read in this process.
    virtual RetainReport Retain(const RetainOptions& options, const Tell& tell) = 0;
    /// Deletes a run with all that belongs to it; `audit` is written in the same transaction. Its objects are gone when
    /// this returns, or a minute later if somebody reads them in this process; after a kill the next start goes on.
    /// kConflict while it is in use (reading it does not count).
    virtual store::DeletedRun Delete(const model::Run& run, std::string_view reason,
                                     const store::AuditEntry& audit) = 0;

    /// A tar archive of the scope's Parquet files under their keys, pending rows settled first; its last member,
    /// `_dagy_export.json`, is the report. `write` returns false to stop.
    virtual ExportReport Export(const UpkeepScope& scope, const std::function<bool(std::string bytes)>& write) = 0;
};

}  // namespace dagy::lake
