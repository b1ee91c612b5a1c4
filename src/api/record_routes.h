/// What a run's phases wrote: summary, data, errors, logs and the event that started it.
#pragma once

#include "api/download_pool.h"
#include "api/log_stream.h"
#include "api/route_table.h"
#include "api/run_finder.h"
#include "lake/lake.h"
#include "store/run_store.h"

namespace dagy::api {

/// What is handed in outlives the table.
void AddRecordRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, lake::Lake& lake,
                     DownloadPool& downloads);
void AddLogStreamRoutes(RouteTable& table, RunFinder& finder, store::RunStore& runs, LogStreamHub& hub);

}  // namespace dagy::api
