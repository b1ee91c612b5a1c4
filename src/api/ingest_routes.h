/// `POST /api/v1/ingest`: records in, as NDJSON.
#pragma once

#include "api/route_table.h"
#include "api/run_finder.h"
#include "lake/lake.h"
#include "store/identity_store.h"

namespace dagy::api {

/// What is handed in outlives the table.
void AddIngestRoutes(RouteTable& table, RunFinder& finder, store::IdentityStore& identities, lake::Lake& lake);

}  // namespace dagy::api
