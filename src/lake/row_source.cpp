#include "lake/row_source.h"

#include <algorithm>

#include "lake/database.h"
#include "lake/utf8.h"

namespace dagy::lake {
namespace {

/// Owns a logical type.
class LogicalType {
  public:
    explicit LogicalType(ColumnType type) : type_(Duckdb().create_logical_type(Id(type))) {
        if (type == ColumnType::kJson) Duckdb().logical_type_set_alias(type_, "JSON");
    }
    ~LogicalType() { Duckdb().destroy_logical_type(&type_); }
    LogicalType(const LogicalType&) = delete;
    LogicalType& operator=(const LogicalType&) = delete;
    duckdb_logical_type handle() const { return type_; }

  private:
    static duckdb_type Id(ColumnType type) {
        switch (type) {
            case ColumnType::kBoolean:
                return DUCKDB_TYPE_BOOLEAN;
            case ColumnType::kInteger:
                return DUCKDB_TYPE_INTEGER;
            case ColumnType::kBigint:
                return DUCKDB_TYPE_BIGINT;
            case ColumnType::kDouble:
                return DUCKDB_TYPE_DOUBLE;
            case ColumnType::kTimestampTz:
                return DUCKDB_TYPE_TIMESTAMP_TZ;
            case ColumnType::kBlob:
                return DUCKDB_TYPE_BLOB;
            case ColumnType::kVarchar:
            case ColumnType::kJson:
                return DUCKDB_TYPE_VARCHAR;
        }
        return DUCKDB_TYPE_VARCHAR;
    }
    duckdb_logical_type type_;
};

void Bind(duckdb_bind_info info) {
    duckdb_value address = Duckdb().bind_get_parameter(info, 0);
    auto* source = reinterpret_cast<RowSource*>(static_cast<intptr_t>(Duckdb().get_int64(address)));
    Duckdb().destroy_value(&address);
    for (const RowSource::Column& column : source->Columns())
        Duckdb().bind_add_result_column(info, column.name.c_str(), LogicalType(column.type).handle());
    Duckdb().bind_set_cardinality(info, static_cast<idx_t>(source->RowCount()), true);
    Duckdb().bind_set_bind_data(info, source, nullptr);
}

// One thread, since the order of the rows is the order of the file.
void Init(duckdb_init_info info) {
    Duckdb().init_set_max_threads(info, 1);
}

// No exception may cross DuckDB's frames.
void Produce(duckdb_function_info info, duckdb_data_chunk chunk) {
    auto* source = static_cast<RowSource*>(Duckdb().function_get_bind_data(info));
    try {
        const auto most = std::min(source->slice_rows_max, static_cast<int64_t>(Duckdb().vector_size()));
        const auto count = static_cast<size_t>(std::min(source->RowCount() - source->next, most));
        std::vector<ColumnFill> columns;
        for (size_t i = 0; count > 0 && i < source->Columns().size(); ++i)
            columns.emplace_back(Duckdb().data_chunk_get_vector(chunk, i));
        if (count > 0) source->Fill(source->next, count, columns);
        source->next += static_cast<int64_t>(count);
        Duckdb().data_chunk_set_size(chunk, count);
    } catch (const std::exception& failed) {
        source->failure = std::current_exception();
        Duckdb().function_set_error(info, failed.what());
    }
}

}  // namespace

void ColumnFill::Null(size_t row) {
    if (validity_ == nullptr) {
        Duckdb().vector_ensure_validity_writable(vector_);
        validity_ = Duckdb().vector_get_validity(vector_);
    }
    validity_[row / 64] &= ~(uint64_t{1} << (row % 64));
}

void ColumnFill::Text(size_t row, std::string_view text) {
    if (IsUtf8(text)) return Duckdb().vector_assign_string_element_len(vector_, row, text.data(), text.size());
    const std::string repaired = RepairUtf8(text);
    Duckdb().vector_assign_string_element_len(vector_, row, repaired.data(), repaired.size());
}

void RegisterRowSource(duckdb_connection connection) {
    duckdb_table_function function = Duckdb().create_table_function();
    Duckdb().table_function_set_name(function, "dagy_rows");
    Duckdb().table_function_add_parameter(function, LogicalType(ColumnType::kBigint).handle());
    Duckdb().table_function_set_bind(function, Bind);
    Duckdb().table_function_set_init(function, Init);
    Duckdb().table_function_set_function(function, Produce);
    const duckdb_state state = Duckdb().register_table_function(connection, function);
    Duckdb().destroy_table_function(&function);
    if (state == DuckDBError) throw DatabaseError("dagy_rows cannot be registered");
}

}  // namespace dagy::lake
