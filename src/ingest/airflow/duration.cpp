#include "ingest/airflow/duration.h"

#include <charconv>
#include <string_view>

namespace dagy::ingest::airflow {
namespace {

std::optional<double> TakeNumber(std::string_view& text) {
    double number = 0;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (failed != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    return number;
}

/// Seconds in one unit of an ISO 8601 duration; `M` is a minute only behind `T`. Months and years have no fixed length.
std::optional<double> UnitSeconds(char unit, bool time_part) {
    if (time_part) return unit == 'H' ? 3600.0 : unit == 'M' ? 60.0 : unit == 'S' ? std::optional(1.0) : std::nullopt;
    return unit == 'W' ? 604800.0 : unit == 'D' ? std::optional(86400.0) : std::nullopt;
}

std::optional<double> IsoSeconds(std::string_view text) {
    const double sign = text.starts_with('-') ? -1 : 1;
    if (sign < 0) text.remove_prefix(1);
    if (!text.starts_with('P') || text.size() < 3) return std::nullopt;
    text.remove_prefix(1);
    double seconds = 0;
    bool time_part = false;
    while (!text.empty()) {
        if (!time_part && text.front() == 'T') {
            time_part = true;
            text.remove_prefix(1);
            continue;
        }
        const auto number = TakeNumber(text);
        const auto unit = number && !text.empty() ? UnitSeconds(text.front(), time_part) : std::nullopt;
        if (!unit) return std::nullopt;
        seconds += *number * *unit;
        text.remove_prefix(1);
    }
    return sign * seconds;
}

/// `[N day(s), ]H:MM:SS[.ffffff]`, as Python prints a timedelta.
std::optional<double> ClockSeconds(std::string_view text) {
    double seconds = 0;
    if (const size_t day = text.find(" day"); day != std::string_view::npos) {
        const auto days = TakeNumber(text);
        const size_t comma = text.find(", ");
        if (!days || comma == std::string_view::npos) return std::nullopt;
        seconds = *days * 86400;
        text.remove_prefix(comma + 2);
    }
    for (const double unit : {3600.0, 60.0, 1.0}) {
        const auto number = TakeNumber(text);
        if (!number) return std::nullopt;
        seconds += *number * unit;
        if (unit == 1.0) break;
        if (!text.starts_with(':')) return std::nullopt;
        text.remove_prefix(1);
    }
    if (!text.empty()) return std::nullopt;
    return seconds;
}

std::optional<double> DeltaSeconds(const json::object& delta) {
    const auto seconds = GetDouble(delta, "seconds");
    const auto days = GetDouble(delta, "days");
    if (!seconds && !days) return std::nullopt;
    return days.value_or(0) * 86400 + seconds.value_or(0) + GetDouble(delta, "microseconds").value_or(0) / 1e6;
}

}  // namespace

std::optional<double> DurationSeconds(const json::value* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return value->to_number<double>();
    if (const json::object* delta = value->if_object()) return DeltaSeconds(*delta);
    const json::string* text = value->if_string();
    if (text == nullptr) return std::nullopt;
    const std::string_view view(text->data(), text->size());
    if (const auto seconds = IsoSeconds(view)) return seconds;
    return ClockSeconds(view);
}

}  // namespace dagy::ingest::airflow
