#include "lake/metadata_table.h"

namespace dagy::lake {

std::vector<RowSource::Column> MetadataSource::Columns() const {
    return {{"phase", ColumnType::kVarchar},          {"attempt", ColumnType::kInteger},
            {"status", ColumnType::kVarchar},         {"message", ColumnType::kVarchar},
            {"total", ColumnType::kBigint},           {"log_count", ColumnType::kBigint},
            {"error_log_count", ColumnType::kBigint}, {"error_count", ColumnType::kBigint},
            {"data_count", ColumnType::kBigint}};
}

void MetadataSource::Fill(int64_t, size_t, std::vector<ColumnFill>& columns) {
    columns[0].Text(0, summary_.ref.phase);
    columns[1].Int32(0, summary_.ref.attempt);
    columns[2].TextOrNull(0, summary_.status);
    columns[3].Text(0, summary_.message);
    summary_.total ? columns[4].Int64(0, *summary_.total) : columns[4].Null(0);
    columns[5].Int64(0, summary_.log_count);
    columns[6].Int64(0, summary_.error_log_count);
    columns[7].Int64(0, summary_.error_count);
    columns[8].Int64(0, summary_.data_count);
}

}  // namespace dagy::lake
