/// Boost.JSON under a short name, and the few look-ups that everybody needs.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace dagy {

namespace json = boost::json;

/// Member `key` if it is there and a string, a number (…), a time (…), an object or array; nothing (or nullptr)
/// otherwise.
std::optional<std::string> GetString(const json::object& object, std::string_view key);
std::optional<int64_t> GetInt(const json::object& object, std::string_view key);
std::optional<double> GetDouble(const json::object& object, std::string_view key);
std::optional<bool> GetBool(const json::object& object, std::string_view key);
std::optional<Time> GetTime(const json::object& object, std::string_view key);
const json::object* GetObject(const json::object& object, std::string_view key);
const json::array* GetArray(const json::object& object, std::string_view key);

/// Member `key` or `otherwise`.
std::string StringOr(const json::object& object, std::string_view key, std::string_view otherwise = {});
int64_t IntOr(const json::object& object, std::string_view key, int64_t otherwise);

/// Parses one JSON text; depth at most 64. Throws Error kBadRequest that names `what` and the byte where it breaks.
json::value ParseJson(std::string_view text, std::string_view what);

/// null for nothing, else the value.
json::value OrNull(const std::optional<std::string>& text);
json::value OrNull(const std::optional<Time>& time);
json::value OrNull(const std::optional<double>& number);

}  // namespace dagy
