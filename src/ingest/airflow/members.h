/// Reading members of an export's objects, with faults that name file, item and member.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json.h"

namespace dagy::ingest::airflow {

/// Where an object stands, for faults.
struct Place {
    std::string_view file;
    size_t item = 0;  ///< 1-based
};

/// The item's object; kInvalidInput if it is something else.
const json::object& RequireObject(const json::value& value, Place place);
/// The first of `names` that is a string and not empty; kInvalidInput if there is none.
std::string RequireString(const json::object& object, std::initializer_list<std::string_view> names, Place place);

/// The first of `names` that is there, as a time.
std::optional<Time> FirstTime(const json::object& object, std::initializer_list<std::string_view> names);

/// Every member that is not null and not in `taken`.
json::object Leftovers(const json::object& object, std::initializer_list<std::string_view> taken);

/// A whole number in any of JSON's forms (`1`, `1.0`, `"1"`) as text; empty if it is none.
std::string NumberText(const json::value* value);

}  // namespace dagy::ingest::airflow
