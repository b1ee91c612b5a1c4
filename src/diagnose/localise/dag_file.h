/// The dag's file no longer imports: tasks that were ready find no dag to run, and the run hangs until somebody ends
/// it.
#pragma once

#include <vector>

#include "diagnose/localise/lifecycle.h"

namespace dagy::diagnose {

/// The import error of the dag's own file as last seen; nullptr if there is none.
const model::Fact* ImportErrorOf(const CaseFile& file, const model::DagVersion& version);

void AddDagFileCauses(const CaseFile& file, const RunGraph& run, const model::DagVersion& version,
                      const std::vector<TaskFinding>& tasks, std::vector<LifecycleCause>& causes);

}  // namespace dagy::diagnose
