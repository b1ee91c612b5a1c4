/// What keeping the records in bounds needs of the store: which chunks are new, how long runs are kept, and taking a
/// run out whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/record.h"
#include "model/run.h"
#include "store/identity_store.h"

namespace dagy::store {

/// The chunks of one kind of a phase attempt.
struct ChunkGroup {
    model::PhaseRef ref;
    model::RecordKind kind = model::RecordKind::kLog;
    int64_t chunks = 0;
};

struct ChunkGroups {
    std::vector<ChunkGroup> groups;  ///< those of two chunks and more
    int64_t last_chunk = 0;          ///< where to go on; the same as asked for where nothing is new
};

/// A dag and how long its own setting keeps its runs.
struct KeptDag {
    model::Scope scope;
    std::string dag_id;
    std::optional<int64_t> days;  ///< 0: for ever; nothing: as long as the default says
};

/// A place in a list of runs by when they began.
struct RunPlace {
    Time began_at{};
    int64_t run_key = 0;
};

struct RunDeletion {
    int64_t run_key = 0;
    std::string reason;                      ///< `request` or `retention`; followers of the event log see it
    std::vector<std::string> objects;        ///< of the run, beside its registered chunks
    std::vector<std::string> mark_prefixes;  ///< of the marks (SourceProgress) of sources that brought it
    AuditEntry audit;                        ///< `before` is filled with what there was
};

struct DeletedRun {
    model::Run run;
    int64_t attempts = 0, phases = 0, rows = 0, diagnoses = 0;
    std::vector<std::string> objects;  ///< what nobody refers to any more; listed as garbage until it is deleted
};

/// Thread-safe; every call is one transaction.
class UpkeepStore {
  public:
    virtual ~UpkeepStore() = default;

    /// Groups that got a chunk with an id over `after_chunk`; looks at no more than `limit` chunks.
    virtual ChunkGroups NewChunks(int64_t after_chunk, size_t limit) = 0;
    virtual std::vector<ChunkGroup> ChunkGroupsOfRun(int64_t run_key) = 0;
    /// Those of the keys that are neither a chunk's nor garbage.
    virtual std::vector<std::string> Unregistered(const std::vector<std::string>& keys) = 0;
    /// Whether a chunk's key begins so.
    virtual bool HasChunkUnder(const std::string& prefix) = 0;

    virtual std::optional<int64_t> RetentionDays(const model::Scope& scope, const std::string& dag_id) = 0;
    /// Nothing: back to the default. The audit entry is of the same transaction.
    virtual void SetRetentionDays(const model::Scope& scope, const std::string& dag_id, std::optional<int64_t> days,
                                  const AuditEntry& audit) = 0;
    /// Every dag, of one organization or of all.
    virtual std::vector<KeptDag> KeptDags(const std::optional<std::string>& org) = 0;
    /// Runs that began and ended (if they ever did) before `before`, oldest first. Those of which no such time is known
    /// come before all: by their logical date, if that day was over then; else if they were recorded before `before`.
    /// Running ones are left out.
    virtual std::vector<model::Run> RunsBefore(const model::Scope& scope, const std::string& dag_id, Time before,
                                               const RunPlace& after, size_t limit) = 0;

    /// Keeps the tallies of days before `before` that have none, so that statistics need not make them: at most `limit`
    /// days. How many there were.
    virtual size_t TallyDays(const std::string& before, size_t limit) = 0;

    /// Why the run must stay for now: it or one of its tasks is running, or a diagnosis of it is under way. Empty: it
    /// need not.
    virtual std::string InUse(int64_t run_key) = 0;
    /// Takes everything of the run out: records, attempts, links, source events, marks, diagnoses with their events,
    /// and the run. Its objects become garbage. kConflict (says why) while it is in use, kNotFound where it is not
    /// there.
    virtual DeletedRun DeleteRun(const RunDeletion& deletion) = 0;
};

}  // namespace dagy::store
