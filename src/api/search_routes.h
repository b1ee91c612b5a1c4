/// `GET /api/v1/search`: rows of all runs, grouped by what they have in common.
#pragma once

#include "api/route_table.h"
#include "api/search_answer.h"

namespace dagy::api {

void AddSearchRoutes(RouteTable& table, SearchParts parts);

}  // namespace dagy::api
