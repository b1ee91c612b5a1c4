/// An Airflow export (Airflow 2 or 3) as our values. Logs are not read here; see attempt_log.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/airflow/export_folder.h"
#include "model/batch.h"

namespace dagy::ingest::airflow {

/// One XCom entry: a data row of its task's phase.
struct ExportedXcom {
    model::RunName run;
    std::string phase;
    int attempt = 1;
    model::DataRow row;  ///< key, value, timestamp
};

struct Export {
    std::optional<Time> exported_at;
    std::vector<model::DagVersion> dags;  ///< every version; see DagVersion::extras `tasks_of_version`
    std::vector<model::Run> runs;
    std::vector<model::AttemptOfRun> attempts;
    std::vector<ExportedXcom> xcoms;
    std::vector<model::RunLink> links;
    std::vector<model::SourceEvent> events;
    std::vector<model::Fact> facts;
    std::vector<std::string> warnings;  ///< what was odd and what was done about it; at most kWarningsMax
    static constexpr size_t kWarningsMax = 50;

    void Warn(std::string text);
};

/// Reads every file of the export. What an optional file says wrongly becomes a warning; a fault in dags, runs or task
/// instances, and JSON that is broken anywhere, is thrown as an Error that names file and place. Secrets never get in:
/// no passwords and extras of connections, no values of variables whose name looks secret.
Export ReadExport(const ExportFolder& folder);

}  // namespace dagy::ingest::airflow
