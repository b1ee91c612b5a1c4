#include "lake/data_table.h"

#include <set>

#include "base/error.h"
#include "base/exact_json.h"
#include "lake/data_cursor.h"

namespace dagy::lake {
namespace {

constexpr int64_t kExactMax = int64_t{1} << 53;

ColumnType FileType(DataType type) {
    switch (type) {
        case DataType::kNone:
            return ColumnType::kInteger;
        case DataType::kBoolean:
            return ColumnType::kBoolean;
        case DataType::kBigint:
            return ColumnType::kBigint;
        case DataType::kDouble:
            return ColumnType::kDouble;
        case DataType::kVarchar:
            return ColumnType::kVarchar;
        case DataType::kJson:
            return ColumnType::kJson;
    }
    return ColumnType::kJson;
}

// An integer that a double cannot hold among doubles: the column is kept as JSON, where every digit stays.
bool LosesDigits(const json::value& value) {
    return value.is_int64() && (value.get_int64() > kExactMax || value.get_int64() < -kExactMax);
}

void FillValue(size_t at, DataType type, const json::value& value, ColumnFill& column) {
    if (value.is_null()) return column.Null(at);
    switch (type) {
        case DataType::kNone:
            return column.Null(at);
        case DataType::kBoolean:
            return column.Bool(at, value.get_bool());
        case DataType::kBigint:
            return column.Int64(at, value.get_int64());
        case DataType::kDouble:
            return column.Double(at, value.to_number<double>());
        case DataType::kVarchar:
            return column.Text(at, value.get_string());
        case DataType::kJson:
            return column.Text(at, SerializeExact(value));
    }
}

json::value Parse(std::string_view text) {
    boost::system::error_code failed;
    json::value value = ParseExact(text, failed);
    if (failed) throw Error(ErrorCode::kStorage, "a value in a column of JSON is none", {}, failed.message());
    return value;
}

}  // namespace

DataType TypeInFile(Rows& rows, size_t column) {
    bool is_json = false;
    switch (rows.ColumnType(column, &is_json)) {
        case DUCKDB_TYPE_BOOLEAN:
            return DataType::kBoolean;
        case DUCKDB_TYPE_BIGINT:
            return DataType::kBigint;
        case DUCKDB_TYPE_DOUBLE:
            return DataType::kDouble;
        case DUCKDB_TYPE_VARCHAR:
            return is_json ? DataType::kJson : DataType::kVarchar;
        default:
            return DataType::kNone;
    }
}

json::value ValueAt(const ColumnView& column, DataType type, size_t row) {
    switch (type) {
        case DataType::kBoolean:
            return column.Bool(row);
        case DataType::kBigint:
            return column.Int64(row);
        case DataType::kDouble:
            return column.Double(row);
        case DataType::kVarchar:
            return json::value(column.Text(row));
        case DataType::kJson:
            return Parse(column.Text(row));
        case DataType::kNone:
            break;
    }
    return nullptr;
}

void TakeExtras(std::string_view text, json::object& columns) {
    const json::value extras = Parse(text);
    for (const auto& member : extras.as_object()) columns.insert(member);
}

DataSource::DataSource(std::span<const model::DataRow> rows, int64_t first_row) : rows_(rows), first_row_(first_row) {
    std::set<std::string, std::less<>> lossy;
    for (const model::DataRow& row : rows) {
        seen_.AddRow(row.columns);
        for (const auto& [name, value] : row.columns)
            if (LosesDigits(value)) lossy.emplace(name);
    }
    columns_ = seen_.all();
    for (DataColumns::Column& column : columns_)
        if (column.type == DataType::kDouble && lossy.contains(column.name)) column.type = DataType::kJson;
}

std::vector<RowSource::Column> DataSource::Columns() const {
    std::vector<Column> columns;
    for (const DataColumns::Column& column : columns_) columns.push_back({column.name, FileType(column.type)});
    columns.push_back({"_row", ColumnType::kBigint});
    if (seen_.has_others()) columns.push_back({"_extras", ColumnType::kJson});
    return columns;
}

void DataSource::Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) {
    for (size_t i = 0; i < count; ++i) {
        columns[columns_.size()].Int64(i, first_row_ + first + static_cast<int64_t>(i));
        FillRow(i, rows_[static_cast<size_t>(first) + i], columns);
    }
}

void DataSource::FillRow(size_t at, const model::DataRow& row, std::vector<ColumnFill>& columns) {
    std::vector<bool> filled(columns_.size());
    json::object extras;
    for (const auto& [name, value] : row.columns) {
        const std::optional<size_t> found = seen_.Find(name);
        if (!found) {
            extras.emplace(name, value);
            continue;
        }
        FillValue(at, columns_[*found].type, value, columns[*found]);
        filled[*found] = true;
    }
    for (size_t i = 0; i < columns_.size(); ++i)
        if (!filled[i]) columns[i].Null(at);
    if (!seen_.has_others()) return;
    extras.empty() ? columns.back().Null(at) : columns.back().Text(at, SerializeExact(extras));
}

std::vector<DataColumns::Column> ColumnsOf(Rows& rows) {
    std::vector<DataColumns::Column> columns;
    for (size_t i = 0; i < rows.ColumnCount(); ++i) {
        const std::string name = rows.ColumnName(i);
        if (name != "_row" && name != "_extras") columns.push_back({name, TypeInFile(rows, i)});
    }
    return columns;
}

void TakeData(Rows& rows, std::vector<model::DataRow>& out) {
    out.clear();
    DataCursor cursor(rows);
    cursor.Begin();
    for (size_t i = 0; i < rows.size(); ++i) out.push_back(cursor.At(i));
}

size_t TextBytes(const model::DataRow& row) {
    size_t bytes = 16;
    for (const auto& [name, value] : row.columns) {
        const json::string* text = value.if_string();
        bytes += text != nullptr ? text->size() : value.is_structured() ? json::serialize(value).size() : 8;
    }
    return bytes;
}

}  // namespace dagy::lake
