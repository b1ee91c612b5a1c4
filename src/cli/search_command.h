/// `dagy search`, and the lines around a hit that it names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace dagy::cli {

struct SearchWords {
    std::vector<std::string> query;  ///< words of the command line; joined by spaces
    std::optional<std::string> dag_id, date_from, date_to, level, kind;
    int limit = 50;
};

/// Prints hits as they are found, then the groups that they form, best first. 0 if anything was found, 5 if nothing is
/// there, 1 if not everything could be read and nothing was found, or a run is damaged.
int Search(Context& context, const SearchWords& words);

/// Row `words.around` of a phase (`--task`) and the lines around it.
int LogsAround(Context& context, const json::object& run, const LogsWords& words);

}  // namespace dagy::cli
