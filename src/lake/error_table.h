/// Errors as a table: `_row, ts, error_type, error_title, error_status, error_detail, traceback, task_id, signature,
/// log_row, extras`.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lake/row_source.h"
#include "lake/statement.h"
#include "model/record.h"

namespace dagy::lake {

class ErrorSource final : public RowSource {
  public:
    ErrorSource(std::span<const model::ErrorRow> rows, int64_t first_row) : rows_(rows), first_row_(first_row) {}
    std::vector<Column> Columns() const override;
    int64_t RowCount() const override { return static_cast<int64_t>(rows_.size()); }
    void Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) override;

  private:
    std::span<const model::ErrorRow> rows_;
    int64_t first_row_;
};

inline constexpr std::string_view kErrorSelect =
    "_row, ts, error_type, error_title, error_status, error_detail, traceback, task_id, signature, log_row, extras";
void TakeErrors(const Rows& rows, std::vector<model::ErrorRow>& out);

size_t TextBytes(const model::ErrorRow& row);

}  // namespace dagy::lake
