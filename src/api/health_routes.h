/// Is it alive, does it take traffic, how are its parts.
#pragma once

#include "api/health.h"
#include "api/route_table.h"

namespace dagy::api {

/// `checks` outlives the table.
void AddHealthRoutes(RouteTable& table, HealthChecks& checks);

}  // namespace dagy::api
