/// Log rows as a table: `_row, ts, level, logger, message, task_id, source_file, source_line, template_id, extras`.
///
/// `template_id` is TemplateMask::Id of the message; null in chunks of versions that did not write it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "lake/row_source.h"
#include "lake/statement.h"
#include "lake/template_ids.h"
#include "model/record.h"

namespace dagy::lake {

/// Numbers rows from `first_row`, whatever number they carry.
class LogSource final : public RowSource {
  public:
    LogSource(std::span<const model::LogRow> rows, int64_t first_row) : rows_(rows), first_row_(first_row) {}
    std::vector<Column> Columns() const override;
    int64_t RowCount() const override { return static_cast<int64_t>(rows_.size()); }
    void Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) override;

  private:
    std::span<const model::LogRow> rows_;
    int64_t first_row_;
    TemplateIds templates_;
};

/// The columns that TakeLogs expects, for a SELECT.
inline constexpr std::string_view kLogSelect =
    "_row, ts, level, logger, message, task_id, source_file, source_line, extras";
/// Fills `out` with the current rows, reusing its memory.
void TakeLogs(const Rows& rows, std::vector<model::LogRow>& out);

size_t TextBytes(const model::LogRow& row);

}  // namespace dagy::lake
