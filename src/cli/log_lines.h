/// Log rows on the terminal, and where they are asked for.
#pragma once

#include <compare>
#include <string>

#include "cli/commands.h"

namespace dagy::cli {

struct PhaseAttempt {
    std::string phase;
    int64_t attempt = 1;
    auto operator<=>(const PhaseAttempt&) const = default;
};

/// `…/phases/{phase}/logs{rest}?attempt=N&level=…&keyword=…`
std::string LogsTarget(const json::object& run, const PhaseAttempt& phase, const std::string& rest,
                       const LogsWords& words);

/// A line on a terminal, a JSON object with `phase` and `attempt` otherwise.
void PrintRow(const Context& context, const PhaseAttempt& phase, json::object row);

/// `--task` names this task, or the one that it is an instance of.
bool IsWanted(const LogsWords& words, const std::string& task, const std::string& mapped_of);

/// Prints what the run writes until it is over.
void FollowLogs(Context& context, const json::object& run, const LogsWords& words);

}  // namespace dagy::cli
