/// Which texts a whole run may hold: one filter over all its rows, so that a search passes over the runs that it rules
/// out without a look at any of their phases.
#pragma once

#include <mutex>
#include <vector>

#include "lake/chunk_index.h"
#include "lake/chunk_scan.h"
#include "lake/lake.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Runs of more rows have none: they would hold nearly everything, and their chunks have filters of their own.
inline constexpr int64_t kFilteredRowsMax = 16384;

/// Thread-safe.
class RunFilters {
  public:
    RunFilters(store::RecordStore& records, ChunkScan& scan, ChunkIndex& index)
        : records_(records), scan_(scan), index_(index) {}

    /// As Lake::MayHold.
    std::vector<RunOutlook> MayHold(const std::vector<int64_t>& run_keys, const RowMatcher& matcher,
                                    const SearchScope& scope) const;
    /// As Lake::FilterSome.
    size_t MakeSome(size_t runs);

  private:
    store::TextsOfRun TextsOf(int64_t run_key);

    store::RecordStore& records_;
    ChunkScan& scan_;
    ChunkIndex& index_;
    std::mutex mutex_;
    int64_t after_key_ = 0;  // where the last round ended, so that a run that cannot be read holds up nobody
};

}  // namespace dagy::lake
