/// Which tasks' candidates the verdict is taken from.
#pragma once

#include <vector>

#include "diagnose/finding.h"

namespace dagy::diagnose {

/// The findings of the primary root: of another dag's run where the cause lies there and its tasks were read, of this
/// run otherwise. All instances of a mapped task. Empty for a cause of the run itself.
std::vector<const TaskFinding*> PrimaryRoots(const Findings& findings);

/// Every kind of proof that backs a verdict, with what it adds to the confidence.
struct Support {
    bool is_seen = false;           ///< a log or error line, or an audit row, shows it
    bool same_in_attempts = false;  ///< two attempts or more ended so
    bool attempts_differ = false;
    bool is_new = false;       ///< good runs before, without it
    bool has_change = false;   ///< a change is claimed as its cause
    bool has_code = false;     ///< a line of the user's code is known
    bool is_repeated = false;  ///< other runs failed with the same signature
    bool cut_log = false;
    double margin = 1;  ///< to the best alternative
};
Support SupportOf(const Findings& findings);

}  // namespace dagy::diagnose
