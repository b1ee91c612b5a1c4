#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "cli/log_lines.h"
#include "cli/search_command.h"

namespace dagy::cli {
namespace {

using Started = std::pair<std::string, PhaseAttempt>;  // when, what

/// Attempts of tasks, with the times at which they began.
void AddAttempts(Connection& connection, const json::object& run, const LogsWords& words, std::vector<Started>& found,
                 std::set<std::string>& known) {
    const json::object tasks = connection.Json("GET", RunTarget(run) + "/tasks").as_object();
    const json::array* attempts = GetArray(tasks, "attempts");
    if (attempts == nullptr) return;
    for (const json::value& item : *attempts) {
        const json::object& attempt = item.as_object();
        const std::string task = StringOr(attempt, "task_id"), phase = StringOr(attempt, "phase", task);
        known.insert(phase);
        if (IsWanted(words, task, StringOr(attempt, "mapped_of")))
            found.emplace_back(StringOr(attempt, "started_at"), PhaseAttempt{phase, IntOr(attempt, "attempt", 1)});
    }
}

/// Phases that have records although nobody told of a task.
void AddPhases(Connection& connection, const json::object& run, const LogsWords& words, std::vector<Started>& found,
               const std::set<std::string>& known) {
    const json::object whole = connection.Json("GET", RunTarget(run)).as_object();
    const json::object* phases = GetObject(whole, "phases");
    if (phases == nullptr) return;
    for (const auto& [name, shape] : *phases) {
        const std::string phase(name);
        if (known.contains(phase) || !IsWanted(words, phase, {})) continue;
        for (int64_t attempt = 1; attempt <= IntOr(shape.as_object(), "attempt", 1); ++attempt)
            found.emplace_back(std::string(), PhaseAttempt{phase, attempt});
    }
}

/// The phases of the run that may have logs, in the order in which their attempts began.
std::vector<PhaseAttempt> WantedPhases(Connection& connection, const json::object& run, const LogsWords& words) {
    std::vector<Started> found;
    std::set<std::string> known;
    AddAttempts(connection, run, words, found, known);
    AddPhases(connection, run, words, found, known);
    if (words.task_id && found.empty())
        throw Error(ErrorCode::kNotFound, fmt::format("the run has no task '{}'", *words.task_id),
                    "dagy runs show lists its tasks");
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<PhaseAttempt> phases;
    for (auto& [started, phase] : found)
        if (!words.attempt || *words.attempt == phase.attempt) phases.push_back(std::move(phase));
    return phases;
}

void StreamPhase(Context& context, const json::object& run, const PhaseAttempt& phase, const LogsWords& words) {
    std::string rest;
    const auto line = [&](std::string_view text) {
        if (text.empty()) return;
        PrintRow(context, phase, ParseJson(text, "a log row").as_object());
    };
    const Answer answer = context.connection.Stream(
        LogsTarget(run, phase, "", words), {{"accept", "application/x-ndjson"}}, [&](std::string_view bytes) {
            rest += bytes;
            size_t start = 0;
            for (size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', start)) {
                line(std::string_view(rest).substr(start, end - start));
                start = end + 1;
            }
            rest.erase(0, start);
            return true;
        });
    if (answer.status == 404) return;  // an attempt without records
    if (answer.status >= 400) ThrowProblem(answer);
    line(rest);
}

}  // namespace

int Logs(Context& context, const LogsWords& words) {
    const json::object run = FindRun(context.connection, words.run);
    if (words.around) return LogsAround(context, run, words);
    if (words.follow) return FollowLogs(context, run, words), 0;
    for (const PhaseAttempt& phase : WantedPhases(context.connection, run, words))
        StreamPhase(context, run, phase, words);
    return 0;
}

}  // namespace dagy::cli
