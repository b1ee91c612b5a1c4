/// The four operations of the DAG-failure diagnosis.
#pragma once

#include <functional>

#include "api/route_table.h"
#include "api/run_finder.h"
#include "api/sse_hub.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::api {

/// Makes or joins a diagnosis run and sees to it that it runs; returns at once.
using RequestDiagnosis = std::function<store::DiagnosisRun(const store::DiagnosisRequest& request, bool skip_cache, bool force)>;

/// What is handed in outlives the table.
void AddDiagnosisRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses, SseHub& hub,
                        RequestDiagnosis request_diagnosis);

}  // namespace dagy::api
