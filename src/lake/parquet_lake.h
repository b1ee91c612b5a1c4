/// The lake over DuckDB: wires reader, writer, settler and bulk path together. Made by OpenLake alone.
#pragma once

#include "lake/bulk_apply.h"
#include "lake/chunk_files.h"
#include "lake/chunk_reader.h"
#include "lake/chunk_writer.h"
#include "lake/database.h"
#include "lake/indexer.h"
#include "lake/lake.h"
#include "lake/page_reader.h"
#include "lake/parquet_upkeep.h"
#include "lake/run_filters.h"
#include "lake/run_search.h"
#include "lake/runs_in_use.h"
#include "lake/settler.h"

namespace dagy::lake {

class ParquetLake final : public Lake {
  public:
    ParquetLake(objects::ObjectStore& objects, store::IngestStore& ingest, store::RecordStore& records,
                Settler::RunOf run_of, LakeOptions options);

    store::ApplyResult Apply(const model::Batch& batch) override;
    void ReadLogs(const model::PhaseRef& ref, RowRange range,
                  const std::function<bool(std::span<const model::LogRow>)>& take) override;
    void ReadErrors(const model::PhaseRef& ref, RowRange range,
                    const std::function<bool(std::span<const model::ErrorRow>)>& take) override;
    void ReadData(const model::PhaseRef& ref, RowRange range,
                  const std::function<bool(std::span<const model::DataRow>)>& take) override;
    Page ReadPage(const PageQuery& query) override;
    SearchTally SearchRun(int64_t run_key, const RowMatcher& matcher, const SearchScope& scope,
                          const std::function<bool(const RowHit&)>& take, std::stop_token stop = {}) override;
    std::vector<RunOutlook> MayHold(const std::vector<int64_t>& run_keys, const RowMatcher& matcher,
                                    const SearchScope& scope) override;
    size_t IndexSome(size_t phases) override;
    size_t FilterSome(size_t runs) override;
    bool Settle(const model::PhaseRef& ref) override;
    size_t SettleSome(size_t phases) override;
    size_t ClearOrphans() override;
    Upkeep& upkeep() override;
    void Check() override;

    /// False until a chunk had to be read or written.
    bool DatabaseOpened() const { return database_.Opened(); }

  private:
    template <class Row>
    void ReadUnion(const model::PhaseRef& ref, model::RecordKind kind, RowRange range, const Take<Row>& take);
    ParquetUpkeep& KnownUpkeep();

    const LakeOptions options_;
    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    Database database_;
    ChunkFiles files_;
    ChunkReader chunks_;
    ChunkScan scan_;
    ChunkIndex index_;
    PageReader pages_;
    RunSearch search_;
    Indexer indexer_;
    RunFilters filters_;
    ChunkWriter writer_;
    Settler settler_;
    BulkApply bulk_;
    RunsInUse in_use_;
    std::optional<ParquetUpkeep> upkeep_;
};

}  // namespace dagy::lake
