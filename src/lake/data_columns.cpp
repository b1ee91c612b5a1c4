#include "lake/data_columns.h"

#include <cmath>

#include "lake/text_pattern.h"

namespace dagy::lake {
namespace {

constexpr size_t kColumnsMax = 2000;
constexpr size_t kNameBytesMax = 512;
constexpr double kExactMax = 9007199254740992.0;  // 2^53: beyond it a double no longer tells neighbours apart

json::value CanonicalNumber(json::value value) {
    if (value.is_uint64() && value.get_uint64() <= static_cast<uint64_t>(INT64_MAX))
        return static_cast<int64_t>(value.get_uint64());
    if (!value.is_double()) return value;
    const double number = value.get_double();
    if (std::trunc(number) != number || std::abs(number) > kExactMax) return value;
    return static_cast<int64_t>(number);
}

bool CanBeColumn(std::string_view name, std::string_view folded) {
    return !name.empty() && name.size() <= kNameBytesMax && !name.contains('\0') && folded != "_row" &&
           folded != "_extras";
}

}  // namespace

std::string_view DuckName(DataType type) {
    switch (type) {
        case DataType::kNone:
            return "INTEGER";
        case DataType::kBoolean:
            return "BOOLEAN";
        case DataType::kBigint:
            return "BIGINT";
        case DataType::kDouble:
            return "DOUBLE";
        case DataType::kVarchar:
            return "VARCHAR";
        case DataType::kJson:
            return "JSON";
    }
    return "JSON";
}

DataType ParseDataType(std::string_view duck_name) {
    for (const DataType type :
         {DataType::kNone, DataType::kBoolean, DataType::kBigint, DataType::kDouble, DataType::kVarchar})
        if (duck_name == DuckName(type)) return type;
    return DataType::kJson;
}

DataType TypeOf(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return DataType::kNone;
        case json::kind::bool_:
            return DataType::kBoolean;
        case json::kind::int64:
            return DataType::kBigint;
        case json::kind::double_:
            return DataType::kDouble;
        case json::kind::string:
            return DataType::kVarchar;
        default:
            return DataType::kJson;  // nested ones, integers over 2^63, and numbers that no double holds
    }
}

DataType Join(DataType a, DataType b) {
    if (a == b || b == DataType::kNone) return a;
    if (a == DataType::kNone) return b;
    const auto number = [](DataType type) { return type == DataType::kBigint || type == DataType::kDouble; };
    return number(a) && number(b) ? DataType::kDouble : DataType::kJson;
}

json::object Canonical(json::object columns) {
    json::object canonical;
    canonical.reserve(columns.size());
    for (auto& [name, value] : columns)
        if (!value.is_null()) canonical.emplace(name, CanonicalNumber(std::move(value)));
    return canonical;
}

void DataColumns::Add(std::string_view name, DataType type) {
    const auto known = index_.find(name);
    const std::optional<size_t> at = known != index_.end() ? known->second : AddNew(name);
    if (at) columns_[*at].type = Join(columns_[*at].type, type);
}

std::optional<size_t> DataColumns::AddNew(std::string_view name) {
    std::optional<size_t> at;
    std::string folded = FoldCase(name);
    if (CanBeColumn(name, folded) && columns_.size() < kColumnsMax && !folded_.contains(folded)) {
        at = columns_.size();
        columns_.push_back({std::string(name), DataType::kNone});
        folded_.emplace(std::move(folded), *at);
    }
    has_others_ |= !at;
    if (index_.size() < 4 * kColumnsMax) index_.emplace(name, at);
    return at;
}

std::optional<size_t> DataColumns::Find(std::string_view name) const {
    const auto at = index_.find(name);
    return at != index_.end() ? at->second : std::nullopt;
}

// Rows of one task nearly always have the same columns in the same order.
void DataColumns::AddRow(const json::object& row) {
    size_t at = 0;
    for (const auto& [name, value] : row) {
        if (at < columns_.size() && columns_[at].name == std::string_view(name))
            columns_[at].type = Join(columns_[at].type, TypeOf(value));
        else
            Add(name, TypeOf(value));
        ++at;
    }
}

}  // namespace dagy::lake
