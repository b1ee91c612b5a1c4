#include "app/import.h"

#include <fmt/format.h>

#include "app/data_folder.h"
#include "ingest/airflow/importer.h"

namespace dagy::app {

json::object ImportAirflow(const cli::ImportOptions& options, const Clock& clock) {
    DataFolder data(DataFolderPath(), clock);
    const auto tell = [&](const ingest::airflow::ImportProgress& at) {
        if (options.progress)
            options.progress(fmt::format("{} {}/{}, {} log lines", at.stage, at.done, at.total, at.log_lines));
    };
    const ingest::airflow::ImportReport report =
        ingest::airflow::ImportExport(data.lake(), data.store().ingest(), data.HomeScope(clock), options.path, tell);
    json::array warnings;
    for (const std::string& warning : report.warnings) warnings.push_back(json::value(warning));
    return {{"dags", report.dags},
            {"runs", report.runs},
            {"attempts", report.attempts},
            {"changed", report.changed},
            {"log_lines", report.log_lines},
            {"errors", report.errors},
            {"data_rows", report.data_rows},
            {"logs_new", report.logs_new},
            {"logs_grown", report.logs_grown},
            {"logs_unchanged", report.logs_unchanged},
            {"warnings", std::move(warnings)}};
}

}  // namespace dagy::app
