#include "cli/render_hit.h"

#include <fmt/format.h>

#include <algorithm>

namespace dagy::cli {
namespace {

/// The byte at which character `count` begins.
size_t ByteOf(std::string_view text, size_t count) {
    size_t at = 0;
    for (; at < text.size(); ++at) {
        const bool begins = (text[at] & 0xc0) != 0x80;
        if (begins && count-- == 0) return at;
    }
    return at;
}

Style StyleOf(std::string_view level) {
    if (level == "ERROR" || level == "CRITICAL") return Style::kRed;
    return level == "WARNING" ? Style::kYellow : Style::kPlain;
}

}  // namespace

std::string RenderSnippet(const json::object& hit, const Terminal& terminal) {
    const std::string text = StringOr(hit, "snippet");
    const std::string_view all = text;
    std::string shown;
    size_t done = 0;
    if (const json::array* highlights = GetArray(hit, "highlights")) {
        for (const json::value& range : *highlights) {
            const auto edge = [&](size_t i) { return ByteOf(all, range.as_array().at(i).to_number<size_t>()); };
            const size_t from = std::max(edge(0), done), to = std::max(edge(1), from);
            shown += Terminal::Safe(all.substr(done, from - done));
            shown += terminal.Paint(Style::kBold, Terminal::Safe(all.substr(from, to - from)));
            done = to;
        }
    }
    return shown + Terminal::Safe(all.substr(done));
}

std::string RenderHit(const json::object& hit, const Terminal& terminal) {
    const std::string kind = StringOr(hit, "kind"), level = StringOr(hit, "level", kind == "errors" ? "ERROR" : "");
    const std::string place = fmt::format(
        "{} {} {}#{} {} {}", Terminal::Safe(StringOr(hit, "dag_id")), Terminal::Safe(StringOr(hit, "run_id")),
        Terminal::Safe(StringOr(hit, "phase")), IntOr(hit, "attempt", 1), kind, IntOr(hit, "row", 0));
    const std::string field = StringOr(hit, "field");
    const std::string column = kind == "data" && !field.empty() ? Terminal::Safe(field) + ": " : "";
    return fmt::format("{} {}{}{}", terminal.Paint(Style::kDim, place),
                       level.empty() ? "" : terminal.Paint(StyleOf(level), level) + " ", column,
                       RenderSnippet(hit, terminal));
}

std::string RenderGroup(const json::object& group, const Terminal& terminal) {
    const std::string level = StringOr(group, "level");
    return fmt::format("{}\n    {}", terminal.Paint(StyleOf(level), Terminal::Safe(StringOr(group, "title"))),
                       terminal.Paint(Style::kDim, Terminal::Safe(StringOr(group, "summary"))));
}

std::string OpenCommand(const json::object& hit) {
    const std::string kind = StringOr(hit, "kind");
    if (kind == "data") return {};
    std::string command =
        fmt::format("dagy logs {} {} --task {} --attempt {}", ShellWord(StringOr(hit, "dag_id")),
                    ShellWord(StringOr(hit, "run_id")), ShellWord(StringOr(hit, "phase")), IntOr(hit, "attempt", 1));
    if (kind == "logs") command += fmt::format(" --around {}", IntOr(hit, "row", 0));
    return command;
}

std::string ShellWord(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-.:+/@%,=").contains(c);
    };
    if (!text.empty() && std::ranges::all_of(text, plain)) return std::string(text);
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + "'";
}

}  // namespace dagy::cli
