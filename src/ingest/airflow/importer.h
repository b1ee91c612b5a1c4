/// Takes an Airflow export in: first what Airflow knows of dags and runs, then the logs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "lake/lake.h"
#include "model/run.h"
#include "store/ingest_store.h"

namespace dagy::ingest::airflow {

struct ImportReport {
    // What the export holds.
    size_t dags = 0;
    size_t dag_versions = 0;
    size_t runs = 0;
    size_t attempts = 0;
    size_t links = 0;
    size_t source_events = 0;
    size_t facts = 0;
    size_t xcoms = 0;
    // What this import added.
    bool changed = false;  ///< anything at all
    int64_t log_lines = 0;
    int64_t errors = 0;
    int64_t data_rows = 0;
    size_t logs_new = 0;
    size_t logs_grown = 0;
    size_t logs_unchanged = 0;
    bool stopped = false;  ///< by the stop token: what is in stays in, the next import goes on from there
    std::vector<std::string> warnings;
};

struct ImportProgress {
    std::string_view stage;  ///< `reading`, `metadata`, `logs`
    uint64_t done = 0;       ///< objects, or attempts whose logs are in
    uint64_t total = 0;
    int64_t log_lines = 0;
};

/// `path`: the folder that airflow-export wrote, or a .tar, .tar.gz or .tar.zst of it. Each slice is durable when its
/// progress is told. The same import twice changes nothing, one that was killed is completed by running it again, a log
/// that has grown is continued, and two at once are right. Throws Error that names file and place for an export that
/// cannot be read (nothing of it is in then), kStorageFull for a full disk.
ImportReport ImportExport(lake::Lake& lake, store::IngestStore& store, const model::Scope& scope,
                          const std::filesystem::path& path,
                          const std::function<void(const ImportProgress&)>& progress = {}, std::stop_token stop = {});

}  // namespace dagy::ingest::airflow
