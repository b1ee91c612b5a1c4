/// `POST /api/v1/ingest`: records in, as NDJSON.
#pragma once

#include <functional>

#include "api/route_table.h"
#include "api/run_finder.h"
#include "base/json.h"
#include "model/run.h"
#include "net/http.h"

namespace dagy::api {

/// Takes a whole body in, durable when it returns: {accepted, duplicates, rejected, …}.
using TakeIngest = std::function<json::object(const model::Scope& scope, net::BodyReader& body)>;

void AddIngestRoutes(RouteTable& table, RunFinder& finder, TakeIngest take);

}  // namespace dagy::api
