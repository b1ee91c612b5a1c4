/// Pages over the union of chunks and pending blocks.
#pragma once

#include "lake/chunk_index.h"
#include "lake/chunk_reader.h"
#include "lake/chunk_scan.h"
#include "lake/column_lists.h"
#include "lake/lake.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Thread-safe. Without a filter a page costs what its rows cost; with one, a search for its matches.
class PageReader {
  public:
    PageReader(store::RecordStore& records, ChunkReader& chunks, ChunkScan& scan, ChunkIndex& index)
        : records_(records), chunks_(chunks), scan_(scan), index_(index) {}
    Page Read(const PageQuery& query);

  private:
    Page ReadLogs(const PageQuery& query, const store::RecordView& view);
    Page ReadErrors(const PageQuery& query, const store::RecordView& view);
    Page ReadData(const PageQuery& query, const store::RecordView& view);
    DataColumns ColumnsOf(const store::RecordView& view);
    template <class Row>
    std::vector<Row> RowsOf(const PageQuery& query, const store::RecordView& view, int64_t& total);
    std::vector<int64_t> MatchesOf(const PageQuery& query, const store::RecordView& view, int64_t& total);

    store::RecordStore& records_;
    ChunkReader& chunks_;
    ChunkScan& scan_;
    ChunkIndex& index_;
    ColumnLists columns_;
};

}  // namespace dagy::lake
