/// Columns of data rows: what types their values have, and the one form in which they are shown.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "model/record.h"

namespace dagy::lake {

/// Narrowest type that holds all values of a column. kNone: no value but null was seen.
enum class DataType { kNone, kBoolean, kBigint, kDouble, kVarchar, kJson };

/// DuckDB's name. kNone is INTEGER, which no column with values ever is.
std::string_view DuckName(DataType type);
DataType ParseDataType(std::string_view duck_name);
DataType TypeOf(const json::value& value);
/// The narrowest type that holds both: BIGINT and DOUBLE are DOUBLE, any other two JSON.
DataType Join(DataType a, DataType b);

/// The form that does not depend on how a row was kept: members that are null are left out, a number without a fraction
/// is an integer (2.0 is 2, as in JavaScript) where a double holds it exactly.
json::object Canonical(json::object columns);

/// Columns in the order in which they first appear, with their types. A name that cannot be a Parquet column (empty,
/// holding NUL, over 512 bytes, `_row`, `_extras`, another one's name but for case, or one of more than 2,000) gets
/// none; see `has_others`.
class DataColumns {
  public:
    struct Column {
        std::string name;
        DataType type = DataType::kNone;
    };
    void Add(std::string_view name, DataType type);
    void AddRow(const json::object& row);
    const std::vector<Column>& all() const { return columns_; }
    /// Where a column is in all(), or nothing.
    std::optional<size_t> Find(std::string_view name) const;
    bool has_others() const { return has_others_; }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    template <class Value>
    using ByName = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    std::optional<size_t> AddNew(std::string_view name);

    std::vector<Column> columns_;
    ByName<std::optional<size_t>> index_;  ///< nothing for a name without a column
    ByName<size_t> folded_;                ///< DuckDB takes names that differ in case for one
    bool has_others_ = false;
};

}  // namespace dagy::lake
