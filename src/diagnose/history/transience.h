/// PERMANENT, INTERMITTENT or TRANSIENT: from what happened before and after, then from what such a cause usually is.
#pragma once

#include <string>

#include "diagnose/history/timeline.h"

namespace dagy::diagnose {

struct Transience {
    std::string state;
    std::string why;  ///< one sentence with its numbers
};

/// `explained_by_change`: a recorded change of what the task uses stands before the onset. `changed_after`: something
/// of the dag was changed between the failure and the first good run after it.
struct TransienceContext {
    std::string code;
    std::string usual;  ///< of the code, where known
    bool explained_by_change = false;
    bool changed_after = false;
    bool recovered = false;  ///< the diagnosed failure itself was healed by a retry
};

Transience JudgeTransience(const Timeline& line, const TransienceContext& context);

}  // namespace dagy::diagnose
