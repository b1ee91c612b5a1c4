#include "api/diagnosis_markdown.h"

#include <fmt/format.h>

#include <algorithm>

namespace dagy::api {
namespace {

/// Log text is data: it must not become links, images or HTML where the page is shown.
std::string Escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("\\`*_[]<>#|!").contains(c)) out += '\\';
        out += c;
    }
    return out;
}

/// A fence longer than any run of backticks inside.
std::string Fenced(std::string_view text) {
    size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(std::max<size_t>(3, longest + 1), '`');
    return fmt::format("{}\n{}\n{}\n", fence, text, fence);
}

void AddText(std::string& page, const json::object& diagnosis, std::string_view field, std::string_view heading) {
    const auto text = GetString(diagnosis, field);
    if (text && !text->empty()) page += fmt::format("\n## {}\n\n{}\n", heading, Escaped(*text));
}

void AddList(std::string& page, const json::object& diagnosis, std::string_view field, std::string_view heading) {
    const json::array* items = GetArray(diagnosis, field);
    if (items == nullptr || items->empty()) return;
    page += fmt::format("\n## {}\n\n", heading);
    for (const json::value& item : *items) {
        if (const json::string* text = item.if_string())
            page += fmt::format("- {}\n", Escaped(std::string_view(text->data(), text->size())));
    }
}

void AddFacts(std::string& page, const json::object& diagnosis) {
    page += "\n| | |\n|---|---|\n";
    for (const auto& [field, label] : {std::pair{"root_cause_type", "cause"},
                                       {"root_cause_task", "task"},
                                       {"severity", "severity"},
                                       {"priority", "priority"},
                                       {"transience", "transience"},
                                       {"evidence_status", "evidence"},
                                       {"exception_class", "exception"}}) {
        const auto text = GetString(diagnosis, field);
        if (text && !text->empty()) page += fmt::format("| {} | {} |\n", label, Escaped(*text));
    }
    if (const auto confidence = GetDouble(diagnosis, "confidence"))
        page += fmt::format("| confidence | {:.2f} |\n", *confidence);
}

}  // namespace

std::string DiagnosisMarkdown(const json::object& diagnosis) {
    std::string page =
        fmt::format("# {}\n\n{}\n", Escaped(StringOr(diagnosis, "title")), Escaped(StringOr(diagnosis, "summary")));
    AddFacts(page, diagnosis);
    AddText(page, diagnosis, "root_cause", "Root cause");
    if (const auto snippet = GetString(diagnosis, "log_snippet"); snippet && !snippet->empty())
        page += "\n## Log\n\n" + Fenced(*snippet);
    AddList(page, diagnosis, "evidence", "Evidence");
    AddList(page, diagnosis, "contributing_factors", "Contributing factors");
    AddText(page, diagnosis, "suggested_fix", "Suggested fix");
    AddText(page, diagnosis, "remediation", "Remediation");
    AddList(page, diagnosis, "affected_dags", "Affected dags");
    return page;
}

}  // namespace dagy::api
