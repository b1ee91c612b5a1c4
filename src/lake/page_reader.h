/// Pages over the union of chunks and pending blocks.
#pragma once

#include "lake/chunk_reader.h"
#include "lake/lake.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Thread-safe. Without a filter a page costs what its rows cost; with one, one look at everything that the filter
/// reads.
class PageReader {
  public:
    PageReader(store::RecordStore& records, ChunkReader& chunks) : records_(records), chunks_(chunks) {}
    Page Read(const PageQuery& query);

  private:
    Page ReadLogs(const PageQuery& query, const store::RecordView& view);
    Page ReadErrors(const PageQuery& query, const store::RecordView& view);
    Page ReadData(const PageQuery& query, const store::RecordView& view);

    store::RecordStore& records_;
    ChunkReader& chunks_;
};

}  // namespace dagy::lake
