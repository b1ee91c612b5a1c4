#include "base/json.h"

#include <fmt/format.h>

#include <boost/json/src.hpp>

#include "base/error.h"

namespace dagy {

std::optional<std::string> GetString(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    const json::string& text = value->get_string();
    return std::string(text.data(), text.size());
}

std::optional<int64_t> GetInt(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_int64()) return value->get_int64();
    if (value->is_uint64() && value->get_uint64() <= INT64_MAX) return static_cast<int64_t>(value->get_uint64());
    if (value->is_double()) {
        const double number = value->get_double();
        const auto whole = static_cast<int64_t>(number);
        if (static_cast<double>(whole) == number) return whole;
    }
    return std::nullopt;
}

std::optional<double> GetDouble(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

std::optional<bool> GetBool(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

std::optional<Time> GetTime(const json::object& object, std::string_view key) {
    const auto text = GetString(object, key);
    return text ? ParseTime(*text) : std::nullopt;
}

const json::object* GetObject(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr ? value->if_object() : nullptr;
}

const json::array* GetArray(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr ? value->if_array() : nullptr;
}

std::string StringOr(const json::object& object, std::string_view key, std::string_view otherwise) {
    auto text = GetString(object, key);
    return text ? std::move(*text) : std::string(otherwise);
}

int64_t IntOr(const json::object& object, std::string_view key, int64_t otherwise) {
    return GetInt(object, key).value_or(otherwise);
}

json::value ParseJson(std::string_view text, std::string_view what) {
    json::parse_options options;
    options.max_depth = 64;
    json::stream_parser parser({}, options);
    boost::system::error_code failed;
    const size_t read = parser.write_some(text.data(), text.size(), failed);
    if (!failed) parser.finish(failed);
    const bool ends_there = text.find_first_not_of(" \t\r\n", read) == std::string_view::npos;
    if (!failed && ends_there) return parser.release();
    const std::string why = !failed                             ? "something stands after its end"
                            : failed == json::error::incomplete ? "it ends too early"
                                                                : failed.message();
    throw Error(ErrorCode::kBadRequest, fmt::format("{} is not valid JSON at byte {}: {}", what, read, why));
}

json::value OrNull(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}
json::value OrNull(const std::optional<Time>& time) {
    return time ? json::value(FormatTime(*time)) : json::value(nullptr);
}
json::value OrNull(const std::optional<double>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

}  // namespace dagy
