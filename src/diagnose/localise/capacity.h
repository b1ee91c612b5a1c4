/// Runs that ended because time or room ran out: the run's own time-out, a pool without slots, a pool that does not
/// exist.
#pragma once

#include <vector>

#include "diagnose/localise/lifecycle.h"

namespace dagy::diagnose {

void AddCapacityCauses(const CaseFile& file, const RunGraph& run, const model::DagVersion& version,
                       const std::vector<TaskFinding>& tasks, std::vector<LifecycleCause>& causes);

}  // namespace dagy::diagnose
