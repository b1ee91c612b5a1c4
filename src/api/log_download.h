/// All log lines of a phase attempt as NDJSON, at the reader's pace.
#pragma once

#include <optional>
#include <string>

#include "api/download_pool.h"
#include "lake/lake.h"
#include "model/record.h"
#include "net/http.h"

namespace dagy::api {

struct LogDownload {
    model::PhaseRef ref;
    std::optional<model::Level> level;
    std::optional<std::string> keyword;
};

/// Reads the first rows before it answers, so that a storage that fails is a 502 and not a cut answer. Throws as Lake
/// does.
net::Response DownloadLogs(lake::Lake& lake, DownloadPool& downloads, const LogDownload& wanted);

}  // namespace dagy::api
