/// Rows of a chunk that fulfil a query, found where DuckDB decoded them: what is no hit is never copied.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "lake/chunk_files.h"
#include "lake/database.h"
#include "lake/lake.h"
#include "lake/row_matcher.h"
#include "lake/text_sieve.h"

namespace dagy::lake {

struct ScanQuery {
    model::RecordKind kind = model::RecordKind::kLog;
    std::string_view phase;
    const RowMatcher& matcher;
    std::stop_token stop;
    bool numbers_only = false;  ///< of what matches only the row's number is needed; nothing else need be true
};

/// Takes a row that matches; false ends the scan. It must not read records itself: it runs on a lent connection.
using TakeMatch = std::function<bool(const SearchRow&, const MatchedText&)>;

/// Thread-safe. Every failure is kStorage that names the object.
class ChunkScan {
  public:
    ChunkScan(Database& database, ChunkFiles& files) : database_(database), files_(files) {}

    /// The matching rows of the chunk that lie in `range`, in order. False if `take` had enough or a stop was asked
    /// for. Adds the rows that were looked at to `rows_scanned`. `luck` goes from chunk to chunk of a search.
    bool Run(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
             int64_t& rows_scanned, SieveLuck& luck);

  private:
    bool RunPart(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
                 int64_t& rows_scanned);

    Database& database_;
    ChunkFiles& files_;
};

}  // namespace dagy::lake
