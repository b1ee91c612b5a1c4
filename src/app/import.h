/// `dagy import airflow`: an export into the local store.
#pragma once

#include "base/json.h"
#include "base/time.h"
#include "cli/cli.h"

namespace dagy::app {

/// What the export held and what was new, for a person and for JSON.
json::object ImportAirflow(const cli::ImportOptions& options, const Clock& clock);

}  // namespace dagy::app
