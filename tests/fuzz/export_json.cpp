// One file of an Airflow export is replaced; the first line names it. Such an export is read, or refused with an Error:
// nothing else.
#include <algorithm>
#include <array>
#include <string>

#include "base/error.h"
#include "fuzz/target.h"
#include "ingest/airflow/export_builder_test.h"
#include "ingest/airflow/export_reader.h"
#include "ingest/json_items.h"

namespace {

constexpr std::array<std::string_view, 19> kFiles{
    "airflow.json",       "asset_events.json", "assets.json",       "connections.json", "dag_runs.json",
    "dag_sources.json",   "dag_versions.json", "dag_warnings.json", "dags.json",        "event_logs.json",
    "import_errors.json", "jobs.json",         "pools.json",        "providers.json",   "task_instances.json",
    "task_tries.json",    "tasks.json",        "variables.json",    "xcoms.json"};

void ReadItems(std::string_view text) {
    dagy::ingest::TextSource source(text);
    dagy::ingest::JsonItems items(source, "input");
    try {
        for (dagy::ingest::JsonItem item; items.Next(item);) {
        }
    } catch (const dagy::Error&) {
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view rest = dagy::fuzz::Text(data, size);
    const std::string_view name = dagy::fuzz::TakeLine(rest);
    ReadItems(rest);
    const auto* known = std::find(kFiles.begin(), kFiles.end(), name);
    if (known == kFiles.end()) return 0;
    const dagy::ingest::airflow::SmallExport small;
    std::ofstream(small.path() / *known, std::ios::binary) << rest;
    try {
        const dagy::ingest::airflow::ExportFolder folder(small.path());
        const auto read = dagy::ingest::airflow::ReadExport(folder);
        dagy::fuzz::Require(read.warnings.size() <= dagy::ingest::airflow::Export::kWarningsMax,
                            "warnings are bounded");
    } catch (const dagy::Error&) {
    }
    return 0;
}
