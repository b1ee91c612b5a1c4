#include "diagnose/compose/wording.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>

namespace dagy::diagnose {

std::string SayDuration(double seconds) {
    if (seconds < 0) seconds = 0;
    if (seconds < 0.0995) return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 9.95) {
        std::string text = fmt::format("{:.1f}", seconds);
        if (text.ends_with(".0")) text.resize(text.size() - 2);
        return text + " s";
    }
    const auto whole = static_cast<int64_t>(std::llround(seconds));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600)
        return whole % 60 == 0 ? fmt::format("{} min", whole / 60) : fmt::format("{} min {} s", whole / 60, whole % 60);
    const int64_t minutes = whole / 60;
    if (minutes < 24 * 60)
        return minutes % 60 == 0 ? fmt::format("{} h", minutes / 60)
                                 : fmt::format("{} h {} min", minutes / 60, minutes % 60);
    const int64_t hours = minutes / 60;
    return hours % 24 == 0 ? SayCount(hours / 24, "day")
                           : fmt::format("{} {} h", SayCount(hours / 24, "day"), hours % 24);
}

std::string SayTime(Time time) {
    std::string text = FormatTime(time);
    text.resize(19);
    text[10] = ' ';
    return text + " UTC";
}

std::string SayCount(int64_t count, std::string_view singular, std::string_view plural) {
    if (count == 1) return fmt::format("1 {}", singular);
    return plural.empty() ? fmt::format("{} {}s", count, singular) : fmt::format("{} {}", count, plural);
}

std::string SayList(const std::vector<std::string>& items, std::string_view quote, size_t shown) {
    std::string text;
    const size_t count = items.size() > shown ? shown : items.size();
    for (size_t i = 0; i < count; ++i) {
        if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
        text += fmt::format("{}{}{}", quote, items[i], quote);
    }
    if (items.size() > count) text += fmt::format(" and {} more", items.size() - count);
    return text;
}

std::string OneLine(std::string_view text, size_t bytes) {
    std::string out;
    bool gap = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == 0x1B && i + 1 < text.size() && text[i + 1] == '[') {
            for (i += 2; i < text.size() && (text[i] < '@' || text[i] > '~');) ++i;
            continue;
        }
        if (c <= 0x20 || c == 0x7F) {
            gap = !out.empty();
            continue;
        }
        if (gap) out += ' ';
        gap = false;
        out += static_cast<char>(c);
        if (out.size() > bytes) {
            size_t end = bytes;
            while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
            out.resize(end);
            return out + "…";
        }
    }
    return out;
}

std::string SayValue(const json::value& value, size_t bytes) {
    if (value.is_null()) return "nothing";
    if (value.is_string()) return value.as_string().empty() ? "\"\"" : OneLine(value.as_string(), bytes);
    if (!value.is_object()) return OneLine(json::serialize(value), bytes);
    std::string text;
    for (const auto& [key, member] : value.as_object()) {
        if (member.is_null()) continue;
        if (!text.empty()) text += ", ";
        text += fmt::format("{} {}", std::string_view(key), SayValue(member, bytes));
    }
    return OneLine(text.empty() ? "nothing" : text, bytes);
}

std::string SayChange(const json::value& before, const json::value& after) {
    if (before.is_object() && after.is_object()) {
        std::string text;
        const auto add = [&](std::string_view key, const json::value& from, const json::value& to) {
            if (from == to) return;
            text += fmt::format("{}{} {} → {}", text.empty() ? "" : ", ", key, SayValue(from, 80), SayValue(to, 80));
        };
        for (const auto& [key, to] : after.as_object()) {
            const auto* from = before.as_object().if_contains(key);
            add(key, from ? *from : json::value(nullptr), to);
        }
        for (const auto& [key, from] : before.as_object()) {
            if (!after.as_object().contains(key)) add(key, from, nullptr);
        }
        return text;
    }
    if (before.is_null() && after.is_null()) return {};
    if (before.is_null()) return "→ " + SayValue(after);
    if (after.is_null()) return SayValue(before) + " → nothing";
    return fmt::format("{} → {}", SayValue(before), SayValue(after));
}

std::string Capitalised(std::string text) {
    // Names of tasks and dags are written as they are, also at the beginning of a sentence.
    const std::string_view first = std::string_view(text).substr(0, text.find(' '));
    if (first.find_first_of("_.[=/") != std::string_view::npos) return text;
    if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string Sentence(std::string text) {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    if (text.empty() || text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with("…"))
        return text;
    return text + ".";
}

}  // namespace dagy::diagnose
