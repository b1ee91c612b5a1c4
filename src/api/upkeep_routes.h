/// Deleting runs, how long they are kept, and the upkeep of the lake.
#pragma once

#include <string_view>

#include "api/download_pool.h"
#include "api/route_table.h"
#include "api/run_finder.h"
#include "base/time.h"
#include "lake/lake.h"
#include "store/run_store.h"
#include "store/upkeep_store.h"

namespace dagy::api {

/// What is handed in outlives the table.
struct UpkeepRouteParts {
    RunFinder& finder;
    store::RunStore& runs;
    store::UpkeepStore& upkeep;
    lake::Lake& lake;
    DownloadPool& downloads;
    const Clock& clock;
    int64_t retention_days = 0;  ///< of dags without a setting of their own; 0: for ever
};

void AddRunDeletionRoutes(RouteTable& table, const UpkeepRouteParts& parts);
void AddRetentionRoutes(RouteTable& table, const UpkeepRouteParts& parts);
void AddLakeRoutes(RouteTable& table, const UpkeepRouteParts& parts);

/// Name → schema, for schemas.cpp.
extern const std::string_view kUpkeepSchemas;

}  // namespace dagy::api
