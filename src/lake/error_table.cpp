#include "lake/error_table.h"

namespace dagy::lake {

std::vector<RowSource::Column> ErrorSource::Columns() const {
    return {{"_row", ColumnType::kBigint},          {"ts", ColumnType::kTimestampTz},
            {"error_type", ColumnType::kVarchar},   {"error_title", ColumnType::kVarchar},
            {"error_status", ColumnType::kInteger}, {"error_detail", ColumnType::kVarchar},
            {"traceback", ColumnType::kVarchar},    {"task_id", ColumnType::kVarchar},
            {"signature", ColumnType::kVarchar},    {"log_row", ColumnType::kBigint},
            {"extras", ColumnType::kJson}};
}

void ErrorSource::Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) {
    for (size_t i = 0; i < count; ++i) {
        const model::ErrorRow& error = rows_[static_cast<size_t>(first) + i];
        columns[0].Int64(i, first_row_ + first + static_cast<int64_t>(i));
        error.ts ? columns[1].Int64(i, ToMicros(*error.ts)) : columns[1].Null(i);
        columns[2].TextOrNull(i, error.error_type);
        columns[3].TextOrNull(i, error.error_title);
        error.error_status ? columns[4].Int32(i, *error.error_status) : columns[4].Null(i);
        columns[5].TextOrNull(i, error.error_detail);
        columns[6].TextOrNull(i, error.traceback);
        columns[7].TextOrNull(i, error.task_id);
        columns[8].TextOrNull(i, error.signature);
        error.log_row ? columns[9].Int64(i, *error.log_row) : columns[9].Null(i);
        columns[10].TextOrNull(i, error.extras);
    }
}

void TakeErrors(const Rows& rows, std::vector<model::ErrorRow>& out) {
    out.resize(rows.size());
    const auto text = [&](size_t column, size_t row) { return std::string(rows.column(column).Text(row)); };
    const ColumnView row = rows.column(0), ts = rows.column(1), status = rows.column(4), log_row = rows.column(9);
    for (size_t i = 0; i < out.size(); ++i) {
        model::ErrorRow& error = out[i];
        error.row = row.Int64(i);
        error.ts = ts.IsNull(i) ? std::nullopt : std::optional(FromMicros(ts.Int64(i)));
        error.error_type = text(2, i);
        error.error_title = text(3, i);
        error.error_status = status.IsNull(i) ? std::nullopt : std::optional(status.Int32(i));
        error.error_detail = text(5, i);
        error.traceback = text(6, i);
        error.task_id = text(7, i);
        error.signature = text(8, i);
        error.log_row = log_row.IsNull(i) ? std::nullopt : std::optional(log_row.Int64(i));
        error.extras = text(10, i);
    }
}

size_t TextBytes(const model::ErrorRow& row) {
    return row.error_title.size() + row.error_detail.size() + row.traceback.size() + row.extras.size() + 64;
}

}  // namespace dagy::lake
