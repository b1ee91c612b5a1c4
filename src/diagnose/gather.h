/// First station of a diagnosis: everything it will look at, taken out of the store once, as values.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "diagnose/case_file.h"
#include "lake/lake.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::diagnose {

/// How far to look. Bounds, so that a dag with a million runs costs what one with a thousand does.
struct GatherLimits {
    size_t runs_before = 200;
    size_t runs_after = 50;
    size_t related_runs = 50;         ///< over links, both ways, transitively
    size_t related_runs_before = 20;  ///< history of each related dag
    size_t related_runs_after = 5;
    size_t source_events = 5000;
    size_t fleet_runs = 400;
    size_t fleet_sources = 50;  ///< sources of other dags that ran since the last good run
    std::string deployment_criticality = "normal";
};

/// A case file with the log source that it points into; neither outlives the store and lake it came from.
struct GatheredCase {
    CaseFile file;
    std::unique_ptr<LogSource> logs;
};

/// Throws Error kNotFound that names what is close where there is no such dag or run; kInvalidInput for a task or a try
/// that the run does not have. Only reads.
GatheredCase Gather(store::RunStore& runs, lake::Lake& lake, const store::DiagnosisRequest& request,
                    const GatherLimits& limits = {});

/// The run that is asked for; throws as Gather does.
model::Run RequireRun(store::RunStore& runs, const store::DiagnosisRequest& request);

/// The newest start, end or state change that is known of a run; its place in time.
Time StartOf(const model::Run& run);

/// SHA-256 of all that a diagnosis depends on: states, times, record counts, versions, facts, events and runs around
/// it.
std::string EvidenceHash(const CaseFile& file);

}  // namespace dagy::diagnose
