#include "api/phase_finder.h"

#include <fmt/format.h>

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

}  // namespace

FoundPhase FindPhase(const Call& call, RunFinder& finder, store::RunStore& runs) {
    FoundPhase found{.run = finder.Find(call)};
    const std::string phase = call.Text("phase");
    const int attempt = static_cast<int>(call.Int("attempt"));
    std::set<std::string> phases, attempts;

    for (const model::PhaseSummary& summary : runs.Phases(found.run.key)) {
        phases.insert(summary.ref.phase);
        if (summary.ref.phase != phase) continue;
        attempts.insert(std::to_string(summary.ref.attempt));
        if (summary.ref.attempt != attempt) continue;
        found.summary = summary;
        return found;
    }
    for (const model::TaskAttempt& each : runs.Attempts(found.run.key)) {
        phases.insert(each.Phase());
        if (each.Phase() != phase) continue;
        attempts.insert(std::to_string(each.attempt));
        if (each.attempt != attempt) continue;
        found.summary = {.ref = {.run_key = found.run.key, .phase = phase, .attempt = attempt},
                         .status = std::string(PhaseStatusOf(each.state))};
        return found;
    }
    if (!attempts.empty()) {
        ThrowNotFound(fmt::format("phase `{}` has no attempt {}; its attempts are {}", phase, attempt,
                                  fmt::join(FirstFew(attempts), ", ")));
    }
    if (phases.empty()) ThrowNotFound(fmt::format("run `{}` has no phases", found.run.run_id));
    ThrowNotFound(fmt::format("run `{}` has no phase `{}`; some of its {} phases: `{}`", found.run.run_id, phase,
                              phases.size(), fmt::join(FirstFew(phases), "`, `")));
}

}  // namespace dagy::api
