/// Search of one run: everything of it, settled or not.
#pragma once

#include <functional>
#include <stop_token>

#include "lake/part_search.h"
#include "lake/row_matcher.h"
#include "lake/row_query.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Thread-safe.
class RunSearch {
  public:
    RunSearch(store::RecordStore& records, ChunkScan& scan, ChunkIndex& index)
        : records_(records), scan_(scan), index_(index) {}

    /// As Lake::SearchRun.
    SearchTally Search(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                       const std::function<bool(const RowHit&)>& take, std::stop_token stop);

  private:
    bool SearchPart(store::PhaseRecords& part, RowRange range, const ScanQuery& query, const TakeMatch& take,
                    SearchTally& tally);

    store::RecordStore& records_;
    ChunkScan& scan_;
    ChunkIndex& index_;
};

}  // namespace dagy::lake
