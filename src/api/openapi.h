/// `/openapi.json`, written from the route table.
#pragma once

#include <string>

#include "api/route_table.h"
#include "base/json.h"

namespace dagy::api {

/// OpenAPI 3.1: one operation per route, every schema, every answer, `x-permission` where one is needed.
json::object OpenApi(const RouteTable& table, const std::string& version);

}  // namespace dagy::api
