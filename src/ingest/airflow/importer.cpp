#include "ingest/airflow/importer.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "ingest/airflow/export_reader.h"
#include "ingest/airflow/log_import.h"
#include "ingest/airflow/metadata_import.h"
#include "ingest/airflow/tar_unpack.h"

namespace dagy::ingest::airflow {
namespace {

void Count(const Export& all, ImportReport& report) {
    std::set<std::string> dags;
    for (const auto& dag : all.dags) dags.insert(dag.dag_id);
    for (const auto& run : all.runs) dags.insert(run.dag_id);
    report.dags = dags.size();
    report.dag_versions = all.dags.size();
    report.runs = all.runs.size();
    report.attempts = all.attempts.size();
    report.links = all.links.size();
    report.source_events = all.events.size();
    report.facts = all.facts.size();
    report.xcoms = all.xcoms.size();
}

}  // namespace

ImportReport ImportExport(lake::Lake& lake, store::IngestStore& store, const model::Scope& scope,
                          const std::filesystem::path& path, const std::function<void(const ImportProgress&)>& progress,
                          std::stop_token stop) {
    ImportReport report;
    const auto tell = [&](std::string_view stage, uint64_t done, uint64_t total) {
        if (progress) progress({.stage = stage, .done = done, .total = total, .log_lines = report.log_lines});
    };
    tell("reading", 0, 0);
    std::error_code ignored;
    std::optional<UnpackedTar> unpacked;
    if (std::filesystem::is_regular_file(path, ignored)) unpacked.emplace(path);
    if (unpacked) report.warnings = unpacked->warnings();
    const ExportFolder folder(unpacked ? unpacked->ExportPath() : path);
    Export all = ReadExport(folder);
    Count(all, report);
    report.warnings.insert(report.warnings.end(), all.warnings.begin(), all.warnings.end());

    MetadataImport metadata(lake, store, scope, report);
    metadata.Run(all, [&](size_t done, size_t total) { tell("metadata", done, total); }, stop);
    LogImport logs(lake, store, scope, folder, report);
    logs.Run(all.attempts, [&](size_t done) { tell("logs", done, all.attempts.size()); }, stop);
    // What is there but belongs to nothing must not be lost silently.
    const size_t there = folder.CountAttemptLogs();
    if (!report.stopped && there > logs.logs_seen())
        report.warnings.push_back(
            fmt::format("{} log files belong to no task instance of task_instances.json and were not taken in",
                        there - logs.logs_seen()));
    return report;
}

}  // namespace dagy::ingest::airflow
