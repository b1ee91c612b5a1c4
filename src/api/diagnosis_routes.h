/// The operations of the DAG-failure diagnosis: the four of the seed, and verification.
#pragma once

#include <functional>

#include "api/route_table.h"
#include "api/run_finder.h"
#include "api/sse_hub.h"
#include "base/json.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::api {

/// Makes or joins a diagnosis run and sees to it that it runs; returns at once.
using RequestDiagnosis =
    std::function<store::DiagnosisRun(const store::DiagnosisRequest& request, bool skip_cache, bool force)>;

/// Reads every evidence ref of a completed diagnosis again: one {ref, ok, reason} each. May be empty: then there is no
/// such operation.
using VerifyDiagnosis = std::function<json::array(const store::DiagnosisRun& run, const json::object& diagnosis)>;

/// What is handed in outlives the table.
void AddDiagnosisRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, store::DiagnosisStore& diagnoses,
                        SseHub& hub, RequestDiagnosis request_diagnosis, VerifyDiagnosis verify);

}  // namespace dagy::api
