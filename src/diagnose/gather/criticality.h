/// How much depends on a dag, for severity and priority.
#pragma once

#include <string>

#include "model/run.h"

namespace dagy::diagnose {

/// `critical`, `normal` or `low`. A dag's own tags go before what its deployment is rated (`low`, `normal`, `high` or
/// `critical`): `critical`, `tier-1`, `p1` and the like make it critical; `low-priority`, `tier-3`, `sandbox`,
/// `experimental` and the like low. Of both kinds the critical one counts.
std::string CriticalityOf(const model::DagVersion& dag, const std::string& deployment);

}  // namespace dagy::diagnose
