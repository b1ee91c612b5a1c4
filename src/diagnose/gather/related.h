/// The runs of other dags that a run hangs together with.
#pragma once

#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/gather.h"
#include "store/run_store.h"

namespace dagy::diagnose {

/// Attempts of one run, and of many at once (without extras).
RunFile ReadRun(store::RunStore& runs, const model::Run& run);
std::vector<RunFile> ReadRuns(store::RunStore& runs, std::vector<model::Run> of);

/// The dag of `run` with its versions and the runs around it.
DagFile ReadDag(store::RunStore& runs, const model::Run& run, size_t before, size_t after);

/// Breadth first over links from `run`, nearest first; each run once, cycles and the bound of `limits` safe.
std::vector<RelatedRun> FindRelated(store::RunStore& runs, const model::Run& run, const GatherLimits& limits);

}  // namespace dagy::diagnose
