/// The Parquet objects of a run: a list, and URLs at which anybody who has them may fetch the bytes for a while.
#pragma once

#include "api/download_pool.h"
#include "api/route_table.h"
#include "api/run_finder.h"
#include "base/time.h"
#include "lake/lake.h"
#include "objects/object_store.h"
#include "store/run_store.h"

namespace dagy::api {

/// What is handed in outlives the table.
void AddArtifactRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, lake::Lake& lake,
                       objects::ObjectStore& objects, const Clock& clock);
/// `/objects/{key}`: where URLs of a store that is served by us lead.
void AddObjectRoutes(RouteTable& table, objects::ObjectStore& objects, DownloadPool& downloads, const Clock& clock);

}  // namespace dagy::api
