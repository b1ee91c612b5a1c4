#include "api/run_finder.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/problem.h"

namespace dagy::api {

model::Run RunFinder::Find(const Call& call) {
    const model::Run run = Find(call.who.org, call.Find("deployment_id"), call.Text("dag_id"), call.Text("run_id"));
    if (run.PartitionDate() != call.Text("date")) {
        ThrowNotFound(fmt::format("run `{}` of dag `{}` is not of {}; its date is {}", run.run_id, run.dag_id,
                                  call.Text("date"), run.PartitionDate()));
    }
    return run;
}

model::Run RunFinder::Find(const std::string& org, const std::optional<std::string>& deployment,
                           const std::string& dag_id, const std::string& run_id) {
    if (auto run = runs_.FindRun(org, deployment, dag_id, run_id)) return *std::move(run);
    const auto dags = runs_.SimilarDags(org, dag_id);
    const auto similar = runs_.SimilarRuns(org, dag_id, run_id);
    const bool dag_exists = std::ranges::find(dags, dag_id) != dags.end() || !similar.empty();
    if (dag_exists) ThrowNotFound(fmt::format("dag `{}` has no run `{}`", dag_id, run_id), similar);
    ThrowNotFound(fmt::format("there is no dag `{}`", dag_id), dags);
}

model::Scope RunFinder::ScopeOf(const Call& call, const std::string& org, const std::string& deployment) {
    // Both absences read alike: whether another organization exists is nobody's business.
    const auto nothing = [&] {
        ThrowNotFound(fmt::format("there is no deployment `{}` in organization `{}`", deployment, org));
    };
    if (org != call.who.org) nothing();
    const auto deployments = identities_.Deployments(org);
    if (std::ranges::find(deployments, deployment, &store::Deployment::id) == deployments.end()) nothing();
    return {.org = org, .deployment = deployment};
}

std::string RunFinder::DefaultDeployment(const std::string& org) {
    const auto found = identities_.FindOrganization(org);
    return found ? found->default_deployment : std::string();
}

}  // namespace dagy::api
