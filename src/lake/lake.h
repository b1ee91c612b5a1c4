/// Records in Parquet, readers of the union of what is settled (chunks) and what is not (pending blocks). Alone
/// includes DuckDB.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"
#include "lake/row_matcher.h"
#include "lake/row_query.h"
#include "model/batch.h"
#include "model/record.h"
#include "model/run.h"
#include "objects/object_store.h"
#include "store/ingest_store.h"
#include "store/record_store.h"
#include "store/run_store.h"
#include "store/upkeep_store.h"

namespace dagy::lake {

class Upkeep;

struct LakeOptions {
    int64_t memory_limit_bytes = int64_t{256} << 20;  ///< DuckDB's
    int threads = 2;
    size_t concurrent_queries = 4;
    int64_t settle_bytes_min = 0;                 ///< compressed; SettleSome leaves smaller phases in the store
    int64_t chunk_rows_min = 65536;               ///< a group of at least so many rows is written as a chunk at once
    size_t pending_bytes_max = size_t{64} << 20;  ///< text of one phase that waits unsettled; more is settled by Apply
    int64_t orphan_age_s = 3600;                  ///< objects that nobody registered are left alone so long
    int64_t garbage_age_s = 60;                   ///< replaced chunks stay so long for who is reading them

    // What is known elsewhere and only names or describes objects; each may be left out.
    std::function<std::string(const std::string& org)> default_deployment_of;  ///< without it no run has `@dep_…`
    std::function<std::optional<model::Run>(const model::Scope&, const model::RunName&)>
        find_run;  ///< for the date in the keys of chunks that Apply writes
    std::function<std::vector<model::PhaseSummary>(int64_t run_key)> phases_of;  ///< without it no metadata.parquet

    // What upkeep needs; without the first two there is none.
    store::UpkeepStore* upkeep = nullptr;
    store::RunStore* runs = nullptr;
    std::function<Time()> now;  ///< what the age of runs is measured from; without it the system's clock
    std::function<std::vector<std::string>(const model::RunName&)>
        marks_of;  ///< prefixes of the marks that sources keep of a run
};

/// Rows [first, first + count) of a phase.
struct RowRange {
    int64_t first = 0;
    int64_t count = INT64_MAX;
};

struct PageQuery {
    model::PhaseRef ref;
    model::RecordKind kind = model::RecordKind::kLog;
    size_t offset = 0;
    size_t limit = 50;
    std::optional<model::Level> level;   ///< logs: exactly this one
    std::optional<std::string> keyword;  ///< case-insensitive substring of a searchable text (search_row.h)
};

struct Column {
    std::string name;
    std::string type;  ///< DuckDB's name: VARCHAR, BIGINT, TIMESTAMP WITH TIME ZONE …
};

struct Page {
    std::vector<json::object> items;  ///< by column name, `_row` included
    std::vector<Column> columns;
    int64_t total = 0;  ///< rows that match
};

struct RunOutlook {
    bool may_hold = true;
    int64_t rows = 0;  ///< of the run, where it may not
};

/// Thread-safe. A damaged or missing chunk is kStorage that names the object key. Results do not depend on what has
/// been settled.
class Lake {
  public:
    virtual ~Lake() = default;

    /// The ingest path: applies the batch; groups of `chunk_rows_min` rows or more go straight to Parquet and are
    /// registered in the acknowledging transaction (if the batch or `find_run` knows the run's date, which is part of
    /// the key), the rest becomes pending rows. As durable as IngestStore::Apply. Objects of a failed apply are
    /// deleted.
    virtual store::ApplyResult Apply(const model::Batch& batch) = 0;

    /// Hands rows to `take` in row order, in slices of at most 8,192; stops early when `take` returns false. Bounded
    /// memory. `take` must not call the lake: it may run on one of the few connections that all readers share.
    virtual void ReadLogs(const model::PhaseRef& ref, RowRange range,
                          const std::function<bool(std::span<const model::LogRow>)>& take) = 0;
    virtual void ReadErrors(const model::PhaseRef& ref, RowRange range,
                            const std::function<bool(std::span<const model::ErrorRow>)>& take) = 0;
    virtual void ReadData(const model::PhaseRef& ref, RowRange range,
                          const std::function<bool(std::span<const model::DataRow>)>& take) = 0;

    virtual Page ReadPage(const PageQuery& query) = 0;

    /// Rows of a run that fulfil the query, by (phase, attempt, kind) and row; rows acknowledged a moment ago included.
    /// `take` false, or a stop, ends it. Bounded memory. A damaged chunk ends it at once with its name. `take` must not
    /// call the lake. A run that is not there has no rows.
    virtual SearchTally SearchRun(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                                  const std::function<bool(const RowHit&)>& take, std::stop_token stop = {}) = 0;

    /// Of each run: whether it may have rows that fulfil the query; "no" is certain, and cheap to tell.
    virtual std::vector<RunOutlook> MayHold(const std::vector<int64_t>& run_keys, const RowMatcher& /*matcher*/,
                                            const SearchScope& /*scope*/) {
        return std::vector<RunOutlook>(run_keys.size());
    }

    /// Moves pending rows of one phase attempt into Parquet (all kinds, and metadata.parquet of an ended attempt). True
    /// if it moved any.
    virtual bool Settle(const model::PhaseRef& ref) = 0;
    /// Settles what `PendingPhases` lists, at most `phases`; returns how many it did. One that fails holds up no other
    /// one; its error is thrown only where none could be settled.
    virtual size_t SettleSome(size_t phases) = 0;
    /// Makes the search index of what `UnindexedPhases` lists, at most `phases`; returns how many it did. A chunk
    /// without an index is searched all the same. One that fails holds up no other one, as with SettleSome.
    virtual size_t IndexSome(size_t /*phases*/) { return 0; }
    /// Makes the filters that MayHold asks of what `UnfilteredRuns` lists, at most `runs`; returns how many it did.
    virtual size_t FilterSome(size_t /*runs*/) { return 0; }
    /// Deletes objects under the root that no transaction registered and that are older than an hour; and replaced
    /// chunks past their time.
    virtual size_t ClearOrphans() = 0;
    /// Merging, retention, checks (upkeep.h). Throws kInternal for a lake that was opened without what that needs.
    virtual Upkeep& upkeep();
    /// For /health: writes, reads and deletes a small Parquet object.
    virtual void Check() = 0;
};

/// `objects`, `ingest`, `records` and `run_of` outlive the lake. `run_of` tells a run's names for its key.
std::unique_ptr<Lake> OpenLake(objects::ObjectStore& objects, store::IngestStore& ingest, store::RecordStore& records,
                               std::function<std::optional<model::Run>(int64_t run_key)> run_of,
                               LakeOptions options = {});

/// `org=…/dag=…/date=…/run=…/phase=…/attempt=N/`, parts percent-encoded; `@dep_…` after the run where the deployment is
/// not the organization's default one (`default_deployment`).
std::string PhaseFolder(const model::Run& run, const std::string& phase, int attempt,
                        const std::string& default_deployment);

}  // namespace dagy::lake
