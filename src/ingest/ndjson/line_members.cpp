#include "ingest/ndjson/line_members.h"

#include <fmt/format.h>

#include <unordered_map>

#include "base/exact_json.h"
#include "ingest/ndjson/wide_numbers.h"

namespace dagy::ingest::ndjson {
namespace {

namespace dom = simdjson::dom;

constexpr std::array<std::string_view, static_cast<size_t>(Field::kCount)> kFieldNames{
    "kind",         "dag_id",       "run_id",       "event_id",    "deployment",   "task_id",      "map_index",
    "phase",        "attempt",      "state",        "ts",          "level",        "logger",       "message",
    "source_file",  "source_line",  "error_type",   "error_title", "error_status", "error_detail", "traceback",
    "row",          "payload",      "change",       "resource",    "actor",        "before",       "after",
    "status",       "total",        "version",      "schedule",    "source",       "tasks",        "created_at",
    "logical_date", "queued_at",    "scheduled_at", "started_at",  "ended_at",     "parameters",   "triggered_by",
    "run_type",     "exit_code",    "signal",       "reason",      "operator",     "host",         "pool",
    "queue",        "max_attempts", "dag_version"};

const std::unordered_map<std::string_view, Field>& Fields() {
    static const auto* fields = [] {
        auto* made = new std::unordered_map<std::string_view, Field>();
        for (size_t i = 0; i < kFieldNames.size(); ++i) made->emplace(kFieldNames[i], static_cast<Field>(i));
        return made;
    }();
    return *fields;
}

[[noreturn]] void Reject(Field field, std::string reason) {
    throw Rejected{std::string(Name(field)), std::move(reason)};
}

void AppendMember(std::string& extras, std::string_view key, const dom::element& value) {
    extras.append(extras.empty() ? "{" : ",")
        .append(json::serialize(json::string_view(key.data(), key.size())))
        .append(":");
    extras.append(simdjson::to_string(value));
}

}  // namespace

std::string_view Name(Field field) {
    return kFieldNames[static_cast<size_t>(field)];
}

json::value ToJson(const dom::element& element) {
    switch (element.type()) {
        case dom::element_type::ARRAY: {
            json::array array;
            for (const dom::element one : dom::array(element)) array.push_back(ToJson(one));
            return array;
        }
        case dom::element_type::OBJECT: {
            json::object object;
            for (const auto [key, value] : dom::object(element))
                object[json::string_view(key.data(), key.size())] = ToJson(value);
            return object;
        }
        case dom::element_type::INT64:
            return int64_t(element);
        case dom::element_type::UINT64:
            return uint64_t(element);
        case dom::element_type::DOUBLE:
            return double(element);
        case dom::element_type::STRING: {
            const std::string_view text(element);
            return json::value(json::string_view(text.data(), text.size()));
        }
        case dom::element_type::BOOL:
            return bool(element);
        case dom::element_type::NULL_VALUE:
            break;
    }
    return nullptr;
}

void LineMembers::Reset(const dom::object& line, std::string_view text, bool quoted) {
    text_ = text;
    quoted_ = quoted;
    value_.fill(std::nullopt);
    unknown_.clear();
    for (const auto [key, value] : line) {
        const auto field = Fields().find(key);
        if (field == Fields().end())
            unknown_.emplace_back(key, value);
        else if (value.is_null())
            value_[static_cast<size_t>(field->second)].reset();
        else
            value_[static_cast<size_t>(field->second)] = value;
    }
}

std::optional<dom::element> LineMembers::Raw(Field field) {
    return std::exchange(value_[static_cast<size_t>(field)], std::nullopt);
}

std::optional<std::string_view> LineMembers::Text(Field field) {
    const auto value = Raw(field);
    if (!value) return std::nullopt;
    if (!value->is_string()) Reject(field, "must be a text");
    return std::string_view(*value);
}

std::optional<std::string_view> LineMembers::OptionalId(Field field) {
    const auto id = Text(field);
    if (id && id->empty()) Reject(field, "must not be empty");
    if (id && id->size() > kIdBytesMax) Reject(field, fmt::format("is longer than {} bytes", kIdBytesMax));
    return id;
}

std::string_view LineMembers::Id(Field field) {
    const auto id = OptionalId(field);
    if (!id) Reject(field, "is required");
    return *id;
}

std::optional<int64_t> LineMembers::Whole(Field field, int64_t least, int64_t most) {
    const auto value = Raw(field);
    if (!value) return std::nullopt;
    int64_t number = 0;
    if (!value->is_int64() || value->get(number) != simdjson::SUCCESS || number < least || number > most)
        Reject(field, fmt::format("must be a whole number from {} to {}", least, most));
    return number;
}

std::optional<Time> LineMembers::At(Field field) {
    const auto text = Text(field);
    if (!text) return std::nullopt;
    const auto time = ParseTime(*text);
    if (!time)
        Reject(field, fmt::format("'{}' is no time; write it as 2026-11-20T04:00:00Z (RFC 3339)", text->substr(0, 64)));
    return time;
}

std::optional<json::value> LineMembers::Value(Field field) {
    const auto value = Raw(field);
    return value ? std::optional(ToJson(*value)) : std::nullopt;
}

// What was read already knows a number as 64 bits or a double; its digits are in the text alone.
std::optional<json::value> LineMembers::ExactValue(Field field) {
    const auto value = Raw(field);
    if (!value) return std::nullopt;
    json::value read = ToJson(*value);
    if (text_.contains("\\u0000") && HasExactMember(read)) Reject(field, "may have no member that is called \\u0000#");
    if (!quoted_ && !MayLoseDigits(text_)) return read;
    boost::system::error_code failed;
    json::value line = ParseExact(text_, failed);
    if (failed) throw Rejected{{}, fmt::format("is not valid JSON: {}", failed.message())};
    return std::move(line.as_object().at(Name(field)));
}

std::optional<json::object> LineMembers::Object(Field field) {
    const auto value = Raw(field);
    if (!value) return std::nullopt;
    if (!value->is_object()) Reject(field, "must be an object");
    return std::move(ToJson(*value).get_object());
}

std::string LineMembers::ExtrasText() {
    std::string extras;
    for (size_t i = 0; i < value_.size(); ++i)
        if (value_[i]) AppendMember(extras, kFieldNames[i], *value_[i]);
    for (const auto& [key, value] : unknown_) AppendMember(extras, key, value);
    if (!extras.empty()) extras.push_back('}');
    return extras;
}

json::object LineMembers::Extras() {
    json::object extras;
    for (size_t i = 0; i < value_.size(); ++i)
        if (value_[i]) extras[kFieldNames[i]] = ToJson(*value_[i]);
    for (const auto& [key, value] : unknown_) extras[json::string_view(key.data(), key.size())] = ToJson(value);
    return extras;
}

}  // namespace dagy::ingest::ndjson
