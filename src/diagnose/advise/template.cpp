#include "diagnose/advise/template.h"

#include <cctype>

namespace dagy::diagnose {
namespace {

bool IsPlain(char c) {
    const auto u = static_cast<unsigned char>(c);
    return std::isalnum(u) || std::string_view("_-./:@%+,=").find(c) != std::string_view::npos;
}

/// Calls `text(piece)` and `hole(name, filter)` in order; a `{` that opens no hole is text.
template <class OnText, class OnHole>
void Walk(std::string_view source, OnText on_text, OnHole on_hole) {
    size_t i = 0;
    while (i < source.size()) {
        if (i + 1 < source.size() &&
            ((source[i] == '{' && source[i + 1] == '{') || (source[i] == '}' && source[i + 1] == '}'))) {
            on_text(source.substr(i, 1));
            i += 2;
        } else if (source[i] == '{') {
            const size_t end = source.find('}', i);
            if (end == std::string_view::npos) {
                on_text(source.substr(i));
                return;
            }
            const std::string_view inside = source.substr(i + 1, end - i - 1);
            const size_t bar = inside.find('|');
            on_hole(inside.substr(0, bar), bar == std::string_view::npos ? std::string_view() : inside.substr(bar + 1));
            i = end + 1;
        } else {
            const size_t next = source.find_first_of("{}", i + 1);
            on_text(source.substr(i, next == std::string_view::npos ? next : next - i));
            i = next == std::string_view::npos ? source.size() : next;
        }
    }
}

}  // namespace

std::string ShellQuoted(std::string_view word) {
    bool plain = !word.empty();
    for (const char c : word) plain = plain && IsPlain(c);
    if (plain) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + "'";
}

std::optional<std::string> Fill(std::string_view text, const Words& words) {
    std::string out;
    bool complete = true;
    Walk(
        text, [&](std::string_view piece) { out += piece; },
        [&](std::string_view name, std::string_view filter) {
            const auto word = words.find(name);
            if (word == words.end() || word->second.empty())
                complete = false;
            else
                out += filter == "sh" ? ShellQuoted(word->second) : word->second;
        });
    return complete ? std::optional(out) : std::nullopt;
}

std::string FillFirst(const json::value& alternatives, const Words& words) {
    if (alternatives.is_string()) return Fill(alternatives.as_string(), words).value_or("");
    if (alternatives.is_array()) {
        for (const auto& one : alternatives.as_array()) {
            if (std::string text = FillFirst(one, words); !text.empty()) return text;
        }
    }
    return {};
}

std::vector<std::string> FillLines(const json::value& lines, const Words& words) {
    std::vector<std::string> out;
    if (lines.is_array()) {
        for (const auto& line : lines.as_array()) {
            if (std::string text = FillFirst(line, words); !text.empty()) out.push_back(std::move(text));
        }
    } else if (std::string text = FillFirst(lines, words); !text.empty()) {
        out.push_back(std::move(text));
    }
    return out;
}

std::vector<std::string> HolesOf(const json::value& value) {
    std::vector<std::string> holes;
    const auto add = [&](const json::value& inner) {
        for (auto& hole : HolesOf(inner)) holes.push_back(std::move(hole));
    };
    if (value.is_string()) {
        Walk(
            std::string_view(value.as_string()), [](std::string_view) {},
            [&](std::string_view name, std::string_view) { holes.emplace_back(name); });
    } else if (value.is_array()) {
        for (const auto& item : value.as_array()) add(item);
    } else if (value.is_object()) {
        for (const auto& [key, member] : value.as_object()) add(member);
    }
    return holes;
}

}  // namespace dagy::diagnose
