#include "ingest/airflow/text_line.h"

#include <charconv>
#include <string>

namespace dagy::ingest::airflow {
namespace {

/// Airflow's page writes `2024-08-02, 18:26:05 UTC`; the log file itself `2024-08-02T18:26:05.123+0000`.
std::optional<Time> HeadTime(std::string_view text) {
    if (const auto time = ParseTime(text)) return time;
    std::string plain(text);
    if (plain.size() > 11 && plain[10] == ',') plain.erase(10, 1);
    for (const std::string_view zone : {" UTC", " GMT", "UTC"})
        if (plain.ends_with(zone)) {
            plain.resize(plain.size() - zone.size());
            plain.push_back('Z');
        }
    // `18:26:05 +0200`
    const size_t sign = plain.find_last_of("+-");
    if (sign != std::string::npos && sign > 11 && plain[sign - 1] == ' ') plain.erase(sign - 1, 1);
    return ParseTime(plain);
}

bool TakeFile(std::string_view& rest, TextHead& head) {
    const bool twice = rest.starts_with("{{");
    const std::string_view closing = twice ? "}}" : "}";
    const size_t end = rest.find(closing);
    if (end == std::string_view::npos) return false;
    const std::string_view place = rest.substr(twice ? 2 : 1, end - (twice ? 2 : 1));
    const size_t colon = place.rfind(':');
    if (colon == std::string_view::npos) return false;
    const auto [stop, failed] = std::from_chars(place.data() + colon + 1, place.data() + place.size(), head.line);
    if (failed != std::errc() || stop != place.data() + place.size()) return false;
    head.file = place.substr(0, colon);
    rest.remove_prefix(end + closing.size());
    return true;
}

}  // namespace

std::optional<TextHead> ParseTextHead(std::string_view line) {
    if (!line.starts_with('[')) return std::nullopt;
    const size_t end = line.substr(0, 48).find(']');
    if (end == std::string_view::npos) return std::nullopt;
    TextHead head;
    head.ts = HeadTime(line.substr(1, end - 1));
    if (!head.ts) return std::nullopt;

    std::string_view rest = line.substr(end + 1);
    if (!rest.starts_with(' ')) return std::nullopt;
    rest.remove_prefix(1);
    if (rest.starts_with('{')) {
        if (!TakeFile(rest, head) || !rest.starts_with(' ')) return std::nullopt;
        rest.remove_prefix(1);
    }
    const size_t space = rest.substr(0, 16).find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    const auto level = model::ParseLevel(rest.substr(0, space));
    rest.remove_prefix(space);
    if (!level || !rest.starts_with(" -")) return std::nullopt;
    rest.remove_prefix(rest.starts_with(" - ") ? 3 : 2);
    head.level = *level;
    head.text = rest;
    return head;
}

}  // namespace dagy::ingest::airflow
