#include "cli/log_lines.h"

#include <fmt/format.h>

#include "net/http.h"

namespace dagy::cli {

std::string LogsTarget(const json::object& run, const PhaseAttempt& phase, const std::string& rest,
                       const LogsWords& words) {
    std::string target = fmt::format("{}/phases/{}/logs{}?attempt={}", RunTarget(run), net::PercentEncode(phase.phase),
                                     rest, phase.attempt);
    if (words.level) target += "&level=" + net::PercentEncode(*words.level);
    if (words.grep) target += "&keyword=" + net::PercentEncode(*words.grep);
    return target;
}

void PrintRow(const Context& context, const PhaseAttempt& phase, json::object row) {
    if (context.output != Output::kTable) {
        row["phase"] = phase.phase;
        row["attempt"] = phase.attempt;
        fmt::print("{}\n", json::serialize(row));
        return;
    }
    const std::string level = StringOr(row, "level", "INFO");
    const Style style = level == "ERROR" || level == "CRITICAL" ? Style::kRed
                        : level == "WARNING"                    ? Style::kYellow
                                                                : Style::kPlain;
    const std::string ts = StringOr(row, "ts");
    fmt::print("{} {} {} {}\n",
               context.terminal.Paint(Style::kDim, fmt::format("{}#{}", Terminal::Safe(phase.phase), phase.attempt)),
               ts.empty() ? "-" : ts.substr(11, 15), context.terminal.Paint(style, fmt::format("{:<7}", level)),
               context.terminal.Paint(style, Terminal::Safe(StringOr(row, "message"))));
}

bool IsWanted(const LogsWords& words, const std::string& task, const std::string& mapped_of) {
    return !words.task_id || *words.task_id == task || *words.task_id == mapped_of;
}

}  // namespace dagy::cli
