#include <fmt/format.h>

#include "cli/commands.h"

namespace dagy::cli {
namespace {

constexpr size_t kWidth = 110;

/// A heading with its text below, or nothing where there is no text.
class Page {
  public:
    explicit Page(const Terminal& terminal) : terminal_(terminal) {}

    void Section(std::string_view heading, const std::string& text) {
        if (text.empty()) return;
        out_ += fmt::format("{}\n{}\n\n", terminal_.Paint(Style::kCyan, heading), text);
    }

    void Line(const std::string& text) { out_ += text + "\n\n"; }
    std::string Take() { return std::move(out_); }

  private:
    const Terminal& terminal_;
    std::string out_;
};

std::string Indented(std::string_view text) {
    return "  " + Wrap(Terminal::Safe(text), kWidth, "  ");
}

/// Lines stay as they are: steps and commands must not be broken.
std::string Verbatim(std::string_view text) {
    std::string out;
    for (std::string safe = Terminal::Safe(text); !safe.empty();) {
        const size_t end = safe.find('\n');
        out += (out.empty() ? "  " : "\n  ") + safe.substr(0, end);
        safe = end == std::string::npos ? "" : safe.substr(end + 1);
    }
    return out;
}

std::string Bullets(const json::object& diagnosis, std::string_view key) {
    std::string out;
    if (const json::array* items = GetArray(diagnosis, key))
        for (const json::value& item : *items)
            if (item.is_string())
                out += (out.empty() ? "  • " : "\n  • ") + Wrap(Terminal::Safe(item.as_string()), kWidth, "    ");
    return out;
}

std::string Cascade(const json::object& diagnosis) {
    const json::array* hops = GetArray(diagnosis, "cascade_chain");
    if (hops == nullptr || hops->size() < 2) return {};
    std::string out = "  ";
    for (const json::value& item : *hops) {
        const json::object& hop = item.as_object();
        const std::string via = StringOr(hop, "via");
        if (IntOr(hop, "hop", 0) > 0) out += via.empty() || via == "dependency" ? " → " : fmt::format(" →({}) ", via);
        out += Terminal::Safe(StringOr(hop, "dag_id") + "." + StringOr(hop, "task_id"));
    }
    return out;
}

std::string Verdict(const json::object& diagnosis, const Terminal& terminal) {
    return fmt::format(
        "{}  {} · {} {} · {} · {:.0f} % sure, {}", terminal.Paint(Style::kRed, StringOr(diagnosis, "root_cause_type")),
        Terminal::Safe(StringOr(diagnosis, "root_cause_task", "the DAG as a whole")), StringOr(diagnosis, "severity"),
        StringOr(diagnosis, "priority"), StringOr(diagnosis, "transience"),
        GetDouble(diagnosis, "confidence").value_or(0) * 100, StringOr(diagnosis, "evidence_status"));
}

std::string Prevention(const json::object& diagnosis) {
    std::string out;
    if (const json::array* measures = GetArray(diagnosis, "prevention_measures"))
        for (const json::value& item : *measures)
            if (const json::object* measure = item.if_object())
                out += (out.empty() ? "  • " : "\n  • ") +
                       Wrap(Terminal::Safe(StringOr(*measure, "measure")), kWidth, "    ");
    return out;
}

/// Each ref with where it stands, so that a claim can be checked by eye.
std::string Refs(const json::object& diagnosis) {
    std::string out;
    const json::array* refs = GetArray(diagnosis, "evidence_refs");
    if (refs == nullptr) return out;
    for (const json::value& item : *refs) {
        const json::object& ref = item.as_object();
        std::string text = Terminal::Safe(StringOr(ref, "text"));
        text = text.substr(0, text.find('\n'));
        if (text.size() > 160) text = text.substr(0, 157) + "…";
        std::string where = StringOr(ref, "kind");
        if (ref.contains("task_id") && !StringOr(ref, "task_id").empty())
            where += " " + Terminal::Safe(StringOr(ref, "task_id"));
        if (IntOr(ref, "attempt", 0) > 0) where += fmt::format(", attempt {}", IntOr(ref, "attempt", 0));
        if (const auto row = GetInt(ref, "row")) where += fmt::format(", row {}", *row);
        out += fmt::format("{}  [{}] {}: {}", out.empty() ? "" : "\n", StringOr(ref, "ref"), where, text);
    }
    return out;
}

/// On one line, cut at a whole character.
std::string ShortOf(const std::string& text, size_t bytes_max) {
    std::string safe = Terminal::Safe(text);
    for (char& c : safe)
        if (c == '\n') c = ' ';
    if (safe.size() <= bytes_max) return safe;
    size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xC0) == 0x80) --end;
    return safe.substr(0, end) + "…";
}

}  // namespace

std::string RenderDiagnosis(const json::object& diagnosis, const Terminal& terminal) {
    Page page(terminal);
    page.Line(terminal.Paint(Style::kBold, Terminal::Safe(StringOr(diagnosis, "title"))) + "\n" +
              Verdict(diagnosis, terminal));
    page.Section("Cause", Indented(StringOr(diagnosis, "root_cause")));
    page.Section("Cascade", Cascade(diagnosis));
    page.Section("Evidence", Bullets(diagnosis, "evidence"));
    page.Section("Fix", Verbatim(StringOr(diagnosis, "suggested_fix")));
    page.Section("Steps", Verbatim(StringOr(diagnosis, "remediation")));
    page.Section("So that it does not happen again", Prevention(diagnosis));
    page.Section("Where the evidence stands", Refs(diagnosis));
    std::string out = page.Take();
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

std::string RenderWording(const json::object& diagnosis, const Terminal& terminal) {
    const json::object* wording = GetObject(diagnosis, "wording");
    if (wording == nullptr) return {};
    const std::string model = Terminal::Safe(StringOr(*wording, "model", "a language model"));
    std::string out = "\n" + terminal.Paint(Style::kCyan, "In the words of " + model) + "\n";
    if (StringOr(*wording, "status") != "worded")
        return out + "  none: " + Terminal::Safe(StringOr(*wording, "reason")) + "\n";
    for (const char* field : {"summary", "root_cause", "suggested_fix"})
        if (const std::string text = StringOr(*wording, field); !text.empty()) out += Indented(text) + "\n";
    return out;
}

std::string RenderExplanation(const json::object& diagnosis, const Terminal& terminal) {
    const json::array* rules = GetArray(diagnosis, "rules_fired");
    const json::array* signals = GetArray(diagnosis, "confidence_signals");
    if (rules == nullptr || signals == nullptr) return {};
    constexpr size_t kWhy = 70;
    const auto short_text = [](const json::object& from, std::string_view key) {
        return ShortOf(StringOr(from, key), kWhy);
    };
    std::vector<std::vector<std::string>> rows;
    for (const json::value& item : *rules) {
        const json::object& rule = item.as_object();
        rows.push_back({fmt::format("{:.2f}", GetDouble(rule, "weight").value_or(0)),
                        fmt::format("{:.2f}", GetDouble(rule, "score").value_or(0)), StringOr(rule, "rule"),
                        StringOr(rule, "code"), Terminal::Safe(StringOr(rule, "task_id")), StringOr(rule, "ref"),
                        short_text(rule, "why")});
    }
    std::string out = "\n" + terminal.Paint(Style::kCyan, "Rules that fired, heaviest first") + "\n";
    out += rows.empty() ? "  none\n" : RenderTable({"WEIGHT", "SCORE", "RULE", "CODE", "TASK", "REF", "WHY"}, rows);
    rows.clear();
    for (const json::value& item : *signals) {
        const json::object& signal = item.as_object();
        rows.push_back({fmt::format("{:+.2f}", GetDouble(signal, "weight").value_or(0)), short_text(signal, "signal")});
    }
    return out + "\n" + terminal.Paint(Style::kCyan, "What the confidence is made of") + "\n" +
           RenderTable({"WEIGHT", "SIGNAL"}, rows);
}

}  // namespace dagy::cli
