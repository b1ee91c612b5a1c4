#include "ingest/airflow/members.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"

namespace dagy::ingest::airflow {

const json::object& RequireObject(const json::value& value, Place place) {
    if (const json::object* object = value.if_object()) return *object;
    throw Error(ErrorCode::kInvalidInput, fmt::format("{}: item {} is not an object", place.file, place.item),
                "make the export again");
}

std::string RequireString(const json::object& object, std::initializer_list<std::string_view> names, Place place) {
    for (const std::string_view name : names)
        if (auto text = GetString(object, name); text && !text->empty()) return *text;
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("{}: item {} has no {}", place.file, place.item, fmt::join(names, " or ")),
                "make the export again");
}

std::optional<Time> FirstTime(const json::object& object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (const auto time = GetTime(object, name)) return time;
    return std::nullopt;
}

json::object Leftovers(const json::object& object, std::initializer_list<std::string_view> taken) {
    json::object rest;
    for (const auto& [key, value] : object)
        if (!value.is_null() && std::ranges::find(taken, std::string_view(key.data(), key.size())) == taken.end())
            rest.emplace(key, value);
    return rest;
}

std::string NumberText(const json::value* value) {
    if (value == nullptr) return {};
    if (const json::string* text = value->if_string()) return std::string(text->data(), text->size());
    if (value->is_int64()) return std::to_string(value->get_int64());
    if (value->is_double()) return fmt::format("{}", value->get_double());
    return {};
}

}  // namespace dagy::ingest::airflow
