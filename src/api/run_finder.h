/// From the ids in a path to the run that they name, inside the caller's organization.
#pragma once

#include <string>

#include "api/call.h"
#include "model/run.h"
#include "store/identity_store.h"
#include "store/run_store.h"

namespace dagy::api {

class RunFinder {
  public:
    RunFinder(store::RunStore& runs, store::IdentityStore& identities) : runs_(runs), identities_(identities) {}

    /// By the path parameters `dag_id`, `date`, `run_id` (and the query's `deployment_id`). 404 that says what is
    /// close, or the right date.
    model::Run Find(const Call& call);
    /// By names. `deployment` nothing: any.
    model::Run Find(const std::string& org, const std::optional<std::string>& deployment, const std::string& dag_id,
                    const std::string& run_id);

    /// 404 unless the organization is the caller's own and has this deployment.
    model::Scope ScopeOf(const Call& call, const std::string& org, const std::string& deployment);
    std::string DefaultDeployment(const std::string& org);

  private:
    store::RunStore& runs_;
    store::IdentityStore& identities_;
};

}  // namespace dagy::api
