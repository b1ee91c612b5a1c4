/// The questions that someone on call asks about a dag before reading a log, each answered from what was recorded.
#pragma once

#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// import_errors, schedule, paused, version_change, config_change, concurrency, pools, upstream_data, recent_deploys,
/// package_drift, clock, storage — always all of them, in this order. A check that lacks its facts is `skipped` and
/// says which.
std::vector<Check> CheckDag(const CaseFile& file, const Findings& so_far);

}  // namespace dagy::diagnose
