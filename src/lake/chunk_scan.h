/// Rows of a chunk that fulfil a query. Logs are read column by column by ourselves, as far as their files are as we
/// write them; everything else by DuckDB, and matched where it was decoded: what is no hit is never copied.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "lake/byte_budget.h"
#include "lake/chunk_files.h"
#include "lake/database.h"
#include "lake/lake.h"
#include "lake/log_matches.h"
#include "lake/scan_query.h"

namespace dagy::lake {

/// What is looked at in one go.
struct ScanPart {
    const store::Chunk* chunk = nullptr;
    RowRange range;
    std::shared_ptr<const LogFile> file;  ///< nullptr: DuckDB's to read
    size_t group = 0;                     ///< of the file

    /// Memory that its matches may need.
    int64_t bytes() const { return file ? file->groups()[group].bytes() : 0; }
};

/// Thread-safe. Every failure is kStorage that names the object.
class ChunkScan {
  public:
    ChunkScan(Database& database, ChunkFiles& files) : database_(database), files_(files) {}

    /// The matching rows of the chunk that lie in `range`, in order. False if `take` had enough or a stop was asked
    /// for. Adds the rows that were looked at to `rows_scanned`.
    bool Run(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
             int64_t& rows_scanned);

    // The same in steps, so that parts can be looked at ahead of who takes their rows.
    /// Of these ranges of the chunk, which ascend. The chunk outlives them.
    std::vector<ScanPart> PartsOf(const store::Chunk& chunk, std::span<const RowRange> ranges, model::RecordKind kind,
                                  const std::shared_ptr<PageMemory>& memory);
    /// Nothing where it is all left to Take.
    std::optional<LogMatches> Look(const ScanPart& part, const ScanQuery& query) const;
    /// `matches` are those of the part. As Run.
    bool Take(const ScanPart& part, const std::optional<LogMatches>& matches, const ScanQuery& query,
              const TakeMatch& take, int64_t& rows_scanned);

    /// For what is looked at ahead.
    ByteBudget& memory() { return memory_; }

  private:
    bool RunByDatabase(const store::Chunk& chunk, RowRange range, const ScanQuery& query, const TakeMatch& take,
                       int64_t& rows_scanned);

    Database& database_;
    ChunkFiles& files_;
    ByteBudget memory_{int64_t{96} << 20};
};

}  // namespace dagy::lake
