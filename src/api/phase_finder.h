/// From the path of a phase to the phase of a run that exists.
#pragma once

#include "api/call.h"
#include "api/run_finder.h"
#include "model/record.h"
#include "store/run_store.h"

namespace dagy::api {

struct FoundPhase {
    model::Run run;
    model::PhaseSummary summary;
};

/// By `phase` and `attempt`. A phase is there when it wrote something or when a task attempt keeps its records in it;
/// otherwise 404 that names the run's phases or the phase's attempts.
FoundPhase FindPhase(const Call& call, RunFinder& finder, store::RunStore& runs);

/// The same, and also a phase attempt that can still begin: of a task of the run's dag, while the run goes on.
model::PhaseRef FindPhaseToFollow(const Call& call, RunFinder& finder, store::RunStore& runs);

}  // namespace dagy::api
