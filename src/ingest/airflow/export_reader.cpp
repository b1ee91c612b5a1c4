#include "ingest/airflow/export_reader.h"

#include "ingest/airflow/cross_dag.h"
#include "ingest/airflow/dag_files.h"
#include "ingest/airflow/fact_files.h"
#include "ingest/airflow/run_files.h"

namespace dagy::ingest::airflow {

void Export::Warn(std::string text) {
    if (warnings.size() < kWarningsMax) warnings.push_back(std::move(text));
}

Export ReadExport(const ExportFolder& folder) {
    Export all;
    CrossDag links;
    ReadAirflow(folder, all);
    ReadDags(folder, all);
    RunFiles runs(folder, all, links);
    runs.ReadRuns();
    runs.ReadInstances();
    runs.ReadXcoms();
    folder.Read("asset_events.json", [&](JsonItem& event) {
        if (event.value.is_object()) links.SeeAssetEvent(event.value.get_object());
    });
    ReadEvents(folder, all);
    ReadFacts(folder, all);
    all.links = links.Links();
    const auto starters = Starters(all.links);
    for (model::Run& run : all.runs)
        if (const auto starter = starters.find({run.dag_id, run.run_id}); starter != starters.end())
            run.triggered_by = starter->second;
    return all;
}

}  // namespace dagy::ingest::airflow
