/// What rules would change, before they count.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "diagnose/gather.h"
#include "diagnose/guidance.h"
#include "lake/lake.h"
#include "store/diagnosis_store.h"
#include "store/run_store.h"

namespace dagy::diagnose {

struct GuidanceChange {
    store::DiagnosisRun diagnosis;  ///< the run that was diagnosed
    std::string from, to;           ///< root-cause codes
};

struct GuidanceTrial {
    size_t tried = 0;     ///< diagnoses made anew with the old and the new rules
    size_t gone = 0;      ///< their runs are no longer recorded
    size_t left_out = 0;  ///< no time was left
    std::vector<GuidanceChange> changes;
};

struct TrialRequest {
    std::string org;
    size_t last = 50;
    std::shared_ptr<const Guidance> now;  ///< nullptr: the built-in knowledge alone
    std::shared_ptr<const Guidance> next;
    std::chrono::steady_clock::time_point deadline;
};

/// Diagnoses the runs of the organization's newest completed diagnoses twice. Writes nothing.
GuidanceTrial TryOnLatest(store::RunStore& runs, lake::Lake& lake, store::DiagnosisStore& diagnoses,
                          const GatherLimits& limits, const TrialRequest& request);

}  // namespace dagy::diagnose
