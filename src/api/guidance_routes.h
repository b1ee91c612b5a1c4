/// An organization's own rules of diagnosis: read, try, replace.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "api/route_table.h"
#include "base/time.h"
#include "diagnose/service/guidance_trial.h"
#include "store/guidance_store.h"
#include "store/identity_store.h"

namespace dagy::api {

/// What rules would change in the organization's last diagnoses. May be empty: then a check only reads the rules.
using TryGuidance = std::function<diagnose::GuidanceTrial(const std::string& org,
                                                          std::shared_ptr<const diagnose::Guidance> next, size_t last)>;

/// What is handed in outlives the table.
void AddGuidanceRoutes(RouteTable& table, store::GuidanceStore& guidance, store::IdentityStore& identities,
                       const Clock& clock, TryGuidance try_guidance);

}  // namespace dagy::api
