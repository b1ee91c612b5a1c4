/// Commands that keep the records in bounds: `dagy lake …`, `dagy runs delete`.
#pragma once

#include <optional>
#include <string>

#include "cli/commands.h"

namespace dagy::cli {

/// Which runs a command is about.
struct LakeWords {
    std::optional<std::string> dag_id, run_id, date_from, date_to;
    bool dry_run = false;
    std::string folder;               ///< where an export goes
    std::optional<std::string> days;  ///< a number, or `default`
};

/// Exit code 1 where something is damaged or lost.
int LakeCheck(Context& context, const LakeWords& words);
int LakeCompact(Context& context, const LakeWords& words);
int LakeRetain(Context& context, const LakeWords& words);
/// Into a folder that is empty or not there. Exit code 1 where an object could not be copied.
int LakeExport(Context& context, const LakeWords& words);
/// Shows how long a dag's runs are kept, or sets it.
int Retention(Context& context, const LakeWords& words);

/// Asks first where a person is there to answer, unless `sure`.
int DeleteRun(Context& context, const RunWords& words, bool sure);

}  // namespace dagy::cli
