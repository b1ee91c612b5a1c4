/// Data rows as a table: their own columns, then `_row`, then `_extras` where something has no column of its own.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lake/data_columns.h"
#include "lake/row_source.h"
#include "lake/statement.h"
#include "model/record.h"

namespace dagy::lake {

/// A value whose name cannot be a column (see DataColumns) goes into `_extras`, a JSON object, and comes back from
/// there.
class DataSource final : public RowSource {
  public:
    DataSource(std::span<const model::DataRow> rows, int64_t first_row);
    std::vector<Column> Columns() const override;
    int64_t RowCount() const override { return static_cast<int64_t>(rows_.size()); }
    void Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) override;

  private:
    void FillRow(size_t at, const model::DataRow& row, std::vector<ColumnFill>& columns);

    std::span<const model::DataRow> rows_;
    int64_t first_row_;
    DataColumns seen_;
    std::vector<DataColumns::Column> columns_;
};

/// The type of a column of a `SELECT *`; its value in a row where it is not null; the columns within `_extras`.
DataType TypeInFile(Rows& rows, size_t column);
json::value ValueAt(const ColumnView& column, DataType type, size_t row);
void TakeExtras(std::string_view text, json::object& columns);

/// What a chunk's own columns are, in its order, `_row` and `_extras` left out.
std::vector<DataColumns::Column> ColumnsOf(Rows& rows);

/// Fills `out` with the current rows of a `SELECT *`, in canonical form.
void TakeData(Rows& rows, std::vector<model::DataRow>& out);

size_t TextBytes(const model::DataRow& row);

}  // namespace dagy::lake
