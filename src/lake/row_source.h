/// Rows of ours as a table of DuckDB's: `COPY (FROM dagy_rows(<address of a RowSource>)) TO …` pulls them, in order, on
/// one thread. So nothing is copied into a table first.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "lake/duckdb_api.h"

namespace dagy::lake {

enum class ColumnType { kBoolean, kInteger, kBigint, kDouble, kVarchar, kJson, kTimestampTz, kBlob };

/// A column of the rows that are being handed over.
class ColumnFill {
  public:
    explicit ColumnFill(duckdb_vector vector) : vector_(vector), data_(Duckdb().vector_get_data(vector)) {}

    void Null(size_t row);
    void Int64(size_t row, int64_t value) { static_cast<int64_t*>(data_)[row] = value; }
    void Int32(size_t row, int32_t value) { static_cast<int32_t*>(data_)[row] = value; }
    void Double(size_t row, double value) { static_cast<double*>(data_)[row] = value; }
    void Bool(size_t row, bool value) { static_cast<bool*>(data_)[row] = value; }
    /// Bytes that are not UTF-8 become U+FFFD: one bad text must not cost a chunk.
    void Text(size_t row, std::string_view text);
    void Bytes(size_t row, std::string_view bytes) {
        Duckdb().vector_assign_string_element_len(vector_, row, bytes.data(), bytes.size());
    }
    void TextOrNull(size_t row, std::string_view text) { text.empty() ? Null(row) : Text(row, text); }

  private:
    duckdb_vector vector_;
    void* data_;
    uint64_t* validity_ = nullptr;
};

class RowSource {
  public:
    struct Column {
        std::string name;
        ColumnType type = ColumnType::kVarchar;
    };

    virtual ~RowSource() = default;
    virtual std::vector<Column> Columns() const = 0;
    virtual int64_t RowCount() const = 0;
    /// Fills rows [first, first + count) of the source into rows [0, count) of `columns`, which are in the order of
    /// Columns().
    virtual void Fill(int64_t first, size_t count, std::vector<ColumnFill>& columns) = 0;

    /// What Fill threw; DuckDB tells only its text.
    std::exception_ptr failure;
    int64_t next = 0;
    int64_t slice_rows_max = INT64_MAX;  ///< rows handed over at once; long rows must not fill the memory as one slice
};

/// Makes `dagy_rows` known to the connection's database.
void RegisterRowSource(duckdb_connection connection);

}  // namespace dagy::lake
