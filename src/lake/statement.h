/// A prepared SELECT and its rows, as they stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lake/database.h"

namespace dagy::lake {

/// One column of up to 2,048 rows. Views point into the rows that are current.
class ColumnView {
  public:
    explicit ColumnView(duckdb_vector vector)
        : data_(Duckdb().vector_get_data(vector)), validity_(Duckdb().vector_get_validity(vector)) {}

    bool IsNull(size_t row) const { return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1) == 0; }
    int64_t Int64(size_t row) const { return static_cast<const int64_t*>(data_)[row]; }
    int32_t Int32(size_t row) const { return static_cast<const int32_t*>(data_)[row]; }
    double Double(size_t row) const { return static_cast<const double*>(data_)[row]; }
    bool Bool(size_t row) const { return static_cast<const bool*>(data_)[row]; }
    /// Empty for null.
    std::string_view Text(size_t row) const {
        if (IsNull(row)) return {};
        const duckdb_string_t& text = static_cast<const duckdb_string_t*>(data_)[row];
        const uint32_t length = text.value.inlined.length;
        return {length <= sizeof(text.value.inlined.inlined) ? text.value.inlined.inlined : text.value.pointer.ptr,
                length};
    }

  private:
    const void* data_;
    const uint64_t* validity_;
};

/// Rows that stream; ends with its connection's loan at the latest.
class Rows {
  public:
    explicit Rows(duckdb_result result) : result_(result) {}
    ~Rows();
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    /// Moves to the next rows; false at the end. Throws DatabaseError.
    bool Next();
    size_t size() const;
    ColumnView column(size_t index) const { return ColumnView(Duckdb().data_chunk_get_vector(chunk_, index)); }

    size_t ColumnCount() { return Duckdb().column_count(&result_); }
    std::string ColumnName(size_t index) { return Duckdb().column_name(&result_, index); }
    /// DuckDB's id, DUCKDB_TYPE_…; a JSON column is a VARCHAR whose alias is JSON.
    duckdb_type ColumnType(size_t index, bool* is_json);

  private:
    duckdb_result result_;
    duckdb_data_chunk chunk_ = nullptr;
};

class Statement {
  public:
    /// Throws DatabaseError.
    Statement(Connection& connection, const std::string& sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// Parameters count from 1.
    void Bind(size_t index, int64_t value) { Duckdb().bind_int64(statement_, index, value); }
    void Bind(size_t index, std::string_view text) {
        Duckdb().bind_varchar_length(statement_, index, text.data(), text.size());
    }
    Rows Run();

  private:
    duckdb_prepared_statement statement_ = nullptr;
};

}  // namespace dagy::lake
