/// What the API says of itself: its description, its documentation, its errors, its counters.
#pragma once

#include "api/metrics.h"
#include "api/route_table.h"
#include "api/sse_hub.h"

namespace dagy::api {

/// To be called last: the description holds what the table holds then, these routes included. What is handed in
/// outlives the table.
void AddMetaRoutes(RouteTable& table, const Metrics& metrics, const SseHub& hub, const StreamSlots& searches,
                   const std::string& version);

}  // namespace dagy::api
