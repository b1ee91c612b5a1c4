#include "diagnose/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace dagy::diagnose {
namespace {

/// Characters that make markup, links or HTML are escaped, so that log text stays text.
std::string Escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (std::string_view("\\`*_<>|#~").find(c) != std::string_view::npos) out += '\\';
        out += c == '\n' || c == '\r' ? ' ' : c;
    }
    return out;
}

std::string Fenced(std::string_view text) {
    size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(std::max<size_t>(3, longest + 1), '`');
    return fmt::format("{}\n{}\n{}\n", fence, text, fence);
}

/// Indented lines (commands, code) become code blocks.
std::string WithBlocks(std::string_view text) {
    std::string out, block;
    const auto flush = [&] {
        if (!block.empty()) out += "\n" + Fenced(block) + "\n";
        block.clear();
    };
    while (!text.empty()) {
        const size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (line.starts_with("    ")) {
            block += (block.empty() ? "" : "\n") + std::string(line.substr(4));
        } else {
            flush();
            out += Escaped(line) + "\n";
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    flush();
    return out;
}

void AddList(std::string& out, const char* heading, const json::object& diagnosis, const char* field) {
    const auto* list = GetArray(diagnosis, field);
    if (list == nullptr || list->empty()) return;
    out += fmt::format("\n## {}\n\n", heading);
    for (const auto& one : *list) {
        if (one.is_string()) out += fmt::format("- {}\n", Escaped(one.as_string()));
    }
}

void AddTasks(std::string& out, const json::object& diagnosis) {
    const auto* tasks = GetArray(diagnosis, "tasks");
    if (tasks == nullptr || tasks->empty()) return;
    out += "\n## Tasks\n\n| task | state | role | attempts | cause |\n|---|---|---|---|---|\n";
    constexpr size_t kRowsMax = 40;
    for (size_t i = 0; i < tasks->size() && i < kRowsMax; ++i) {
        const auto& task = tasks->at(i).as_object();
        out += fmt::format("| {} | {} | {} | {}/{} | {} |\n", Escaped(StringOr(task, "task_id")),
                           StringOr(task, "state"), StringOr(task, "role"), IntOr(task, "attempts", 0),
                           IntOr(task, "max_attempts", 0), StringOr(task, "root_cause_type"));
    }
    if (tasks->size() > kRowsMax) out += fmt::format("\n… and {} more.\n", tasks->size() - kRowsMax);
}

void AddChanges(std::string& out, const json::object& diagnosis) {
    const auto* changes = GetArray(diagnosis, "change_signals");
    if (changes == nullptr || changes->empty()) return;
    out += "\n## Changes before it\n\n";
    for (const auto& value : *changes) {
        const auto& change = value.as_object();
        out += fmt::format("- {} {} {} (score {:.2f})\n", StringOr(change, "ts"), StringOr(change, "kind"),
                           Escaped(StringOr(change, "resource")), GetDouble(change, "score").value_or(0));
    }
}

void AddPrevention(std::string& out, const json::object& diagnosis) {
    const auto* measures = GetArray(diagnosis, "prevention_measures");
    if (measures == nullptr || measures->empty()) return;
    out += "\n## So that it does not come back\n\n";
    for (const auto& value : *measures) {
        const auto& measure = value.as_object();
        out += fmt::format("- {} ({}; effort {})\n", Escaped(StringOr(measure, "measure")),
                           Escaped(StringOr(measure, "why")), StringOr(measure, "effort"));
    }
}

void AddRefs(std::string& out, const json::object& diagnosis) {
    const auto* refs = GetArray(diagnosis, "evidence_refs");
    if (refs == nullptr || refs->empty()) return;
    out += "\n## Where it stands\n\n";
    for (const auto& value : *refs) {
        const auto& ref = value.as_object();
        std::string place = StringOr(ref, "kind");
        if (const auto task = StringOr(ref, "task_id"); !task.empty()) place += " of " + Escaped(task);
        if (const auto attempt = GetInt(ref, "attempt")) place += fmt::format(", attempt {}", *attempt);
        if (const auto row = GetInt(ref, "row")) place += fmt::format(", row {}", *row);
        if (const auto ts = GetString(ref, "ts")) place += ", " + *ts;
        out += fmt::format("**[{}]** {}\n\n{}\n", StringOr(ref, "ref"), place, Fenced(StringOr(ref, "text")));
    }
}

void AddWording(std::string& out, const json::object& diagnosis) {
    const auto* wording = GetObject(diagnosis, "wording");
    if (wording == nullptr || StringOr(*wording, "status") != "worded") return;
    out += fmt::format("\n## In the words of {}\n\n", Escaped(StringOr(*wording, "model")));
    for (const char* field : {"summary", "root_cause", "suggested_fix"})
        if (const auto text = StringOr(*wording, field); !text.empty()) out += Escaped(text) + "\n\n";
}

}  // namespace

std::string ToMarkdown(const json::object& diagnosis) {
    std::string out = fmt::format("# {}\n\n", Escaped(StringOr(diagnosis, "title")));
    out += Escaped(StringOr(diagnosis, "summary")) + "\n\n";
    out += fmt::format("**{}** · {} · severity {} · {} · confidence {:.0f} % ({})\n",
                       StringOr(diagnosis, "root_cause_type"), StringOr(diagnosis, "transience", "transience unknown"),
                       StringOr(diagnosis, "severity"), StringOr(diagnosis, "priority"),
                       GetDouble(diagnosis, "confidence").value_or(0) * 100, StringOr(diagnosis, "evidence_status"));
    out += fmt::format("\n## Root cause\n\n{}\n", Escaped(StringOr(diagnosis, "root_cause")));
    AddList(out, "Evidence", diagnosis, "evidence");
    AddList(out, "Symptoms", diagnosis, "symptoms");
    AddTasks(out, diagnosis);
    AddChanges(out, diagnosis);
    if (const auto fix = StringOr(diagnosis, "suggested_fix"); !fix.empty()) out += "\n## Fix\n\n" + WithBlocks(fix);
    if (const auto steps = StringOr(diagnosis, "remediation"); !steps.empty())
        out += "\n## Steps\n\n" + WithBlocks(steps);
    AddPrevention(out, diagnosis);
    AddWording(out, diagnosis);
    AddRefs(out, diagnosis);
    return out;
}

}  // namespace dagy::diagnose
