/// Search of one run: everything of it, settled or not.
#pragma once

#include <functional>
#include <stop_token>

#include "lake/chunk_reader.h"
#include "lake/row_matcher.h"
#include "lake/row_query.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Thread-safe.
class RunSearch {
  public:
    RunSearch(store::RecordStore& records, ChunkReader& chunks) : records_(records), chunks_(chunks) {}

    /// As Lake::SearchRun.
    SearchTally Search(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                       const std::function<bool(const RowHit&)>& take, std::stop_token stop);

  private:
    store::RecordStore& records_;
    ChunkReader& chunks_;
};

}  // namespace dagy::lake
