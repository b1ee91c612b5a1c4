#include "lake/log_table.h"

namespace dagy::lake {

std::vector<RowSource::Column> LogSource::Columns() const {
    return {{"_row", ColumnType::kBigint},         {"ts", ColumnType::kTimestampTz},
            {"level", ColumnType::kVarchar},       {"logger", ColumnType::kVarchar},
            {"message", ColumnType::kVarchar},     {"task_id", ColumnType::kVarchar},
            {"source_file", ColumnType::kVarchar}, {"source_line", ColumnType::kInteger},
            {"template_id", ColumnType::kBigint},  {"extras", ColumnType::kJson}};
}

// Column by column: each is one array, and a branch that goes one way for a whole column costs next to nothing.
void LogSource::Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) {
    const auto rows = rows_.subspan(static_cast<size_t>(first), count);
    for (size_t i = 0; i < count; ++i) columns[0].Int64(i, first_row_ + first + static_cast<int64_t>(i));
    for (size_t i = 0; i < count; ++i) rows[i].ts ? columns[1].Int64(i, ToMicros(*rows[i].ts)) : columns[1].Null(i);
    for (size_t i = 0; i < count; ++i) columns[2].Text(i, model::Name(rows[i].level));
    for (size_t i = 0; i < count; ++i) columns[3].TextOrNull(i, rows[i].logger);
    for (size_t i = 0; i < count; ++i) columns[4].Text(i, rows[i].message);
    for (size_t i = 0; i < count; ++i) columns[5].TextOrNull(i, rows[i].task_id);
    for (size_t i = 0; i < count; ++i) columns[6].TextOrNull(i, rows[i].source_file);
    for (size_t i = 0; i < count; ++i)
        rows[i].source_line != 0 ? columns[7].Int32(i, rows[i].source_line) : columns[7].Null(i);
    for (size_t i = 0; i < count; ++i) columns[8].Int64(i, templates_.Of(rows[i].message));
    for (size_t i = 0; i < count; ++i) columns[9].TextOrNull(i, rows[i].extras);
}

void TakeLogs(const Rows& rows, std::vector<model::LogRow>& out) {
    out.resize(rows.size());
    const ColumnView row = rows.column(0), ts = rows.column(1), level = rows.column(2), logger = rows.column(3),
                     message = rows.column(4), task = rows.column(5), file = rows.column(6), line = rows.column(7),
                     extras = rows.column(8);
    for (size_t i = 0; i < out.size(); ++i) {
        model::LogRow& log = out[i];
        log.row = row.Int64(i);
        log.ts = ts.IsNull(i) ? std::nullopt : std::optional(FromMicros(ts.Int64(i)));
        log.level = model::ParseLevel(level.Text(i)).value_or(model::Level::kInfo);
        log.logger = logger.Text(i);
        log.message = message.Text(i);
        log.task_id = task.Text(i);
        log.source_file = file.Text(i);
        log.source_line = line.IsNull(i) ? 0 : line.Int32(i);
        log.extras = extras.Text(i);
    }
}

size_t TextBytes(const model::LogRow& row) {
    return row.message.size() + row.extras.size() + row.logger.size() + row.source_file.size() + 32;
}

}  // namespace dagy::lake
