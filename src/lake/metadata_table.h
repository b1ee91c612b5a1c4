/// The one row of metadata.parquet.
#pragma once

#include <vector>

#include "lake/row_source.h"
#include "model/record.h"

namespace dagy::lake {

class MetadataSource final : public RowSource {
  public:
    explicit MetadataSource(const model::PhaseSummary& summary) : summary_(summary) {}
    std::vector<Column> Columns() const override;
    int64_t RowCount() const override { return 1; }
    void Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) override;

  private:
    const model::PhaseSummary& summary_;
};

}  // namespace dagy::lake
