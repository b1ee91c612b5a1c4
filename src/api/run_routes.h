/// Dags, their runs and a run's tasks.
#pragma once

#include "api/route_table.h"
#include "api/run_finder.h"
#include "api/run_search.h"
#include "base/time.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::api {

/// What is handed in outlives the table.
void AddRunRoutes(RouteTable& table, RunFinder& finder, RunSearch& search, store::RunStore& runs,
                  store::DiagnosisStore& diagnoses);
void AddDagRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs);
/// A dag's statistics and timeline.
void AddDagHistoryRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses,
                         const Clock& clock);

}  // namespace dagy::api
