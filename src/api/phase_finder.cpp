#include "api/phase_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "api/problem.h"
#include "api/shapes.h"

namespace dagy::api {
namespace {

constexpr size_t kNamedMax = 10;

std::vector<std::string> FirstFew(const std::set<std::string>& names) {
    std::vector<std::string> few;
    for (const std::string& name : names) {
        if (few.size() == kNamedMax) break;
        few.push_back(name);
    }
    return few;
}

/// What is there by the names of the call; nothing where it is not, with what else is.
struct Lookup {
    std::optional<model::PhaseSummary> found;
    std::set<std::string> phases, attempts;
};

Lookup LookUp(const model::Run& run, const std::string& phase, int attempt, store::RunStore& runs) {
    Lookup lookup;
    const auto meet = [&](const std::string& name, int number) {
        lookup.phases.insert(name);
        if (name == phase) lookup.attempts.insert(std::to_string(number));
        return name == phase && number == attempt && !lookup.found;
    };
    for (const model::PhaseSummary& summary : runs.Phases(run.key)) {
        if (meet(summary.ref.phase, summary.ref.attempt)) lookup.found = summary;
    }
    return lookup;
}

[[noreturn]] void ThrowAbsent(const model::Run& run, const std::string& phase, int attempt, const Lookup& lookup) {
    if (!lookup.attempts.empty()) {
        ThrowNotFound(fmt::format("phase `{}` has no attempt {}; its attempts are {}", phase, attempt,
                                  fmt::join(FirstFew(lookup.attempts), ", ")));
    }
    if (lookup.phases.empty()) ThrowNotFound(fmt::format("run `{}` has no phases", run.run_id));
    ThrowNotFound(fmt::format("run `{}` has no phase `{}`; some of its {} phases: `{}`", run.run_id, phase,
                              lookup.phases.size(), fmt::join(FirstFew(lookup.phases), "`, `")));
}

bool CanBegin(const model::Run& run, const std::string& phase, int attempt, store::RunStore& runs) {
    if (model::Ended(run.state)) return false;
    int attempts_max = 0;
    const auto dag = runs.Dag(run.scope, run.dag_id,
                              run.dag_version.empty() ? std::optional<std::string>() : std::optional(run.dag_version));
    for (const model::Task& task : dag ? dag->tasks : std::vector<model::Task>()) {
        if ((task.phase.empty() ? task.task_id : task.phase) == phase)
            attempts_max = std::max(attempts_max, task.max_attempts);
    }
    for (const model::TaskAttempt& each : runs.Attempts(run.key)) {
        if (each.Phase() == phase) attempts_max = std::max(attempts_max, each.max_attempts);
    }
    return attempt <= attempts_max;
}

}  // namespace

model::PhaseRef FindPhaseToFollow(const Call& call, RunFinder& finder, store::RunStore& runs) {
    const model::Run run = finder.Find(call);
    const std::string phase = call.Text("phase");
    const int attempt = static_cast<int>(call.Int("attempt"));
    const Lookup lookup = LookUp(run, phase, attempt, runs);
    if (lookup.found) return lookup.found->ref;
    if (!CanBegin(run, phase, attempt, runs)) ThrowAbsent(run, phase, attempt, lookup);
    return {.run_key = run.key, .phase = phase, .attempt = attempt};
}

FoundPhase FindPhase(const Call& call, RunFinder& finder, store::RunStore& runs) {
    model::Run run = finder.Find(call);
    const std::string phase = call.Text("phase");
    const int attempt = static_cast<int>(call.Int("attempt"));
    const Lookup lookup = LookUp(run, phase, attempt, runs);
    if (!lookup.found) ThrowAbsent(run, phase, attempt, lookup);
    return {.run = std::move(run), .summary = *lookup.found};
}

}  // namespace dagy::api
