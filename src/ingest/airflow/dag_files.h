/// dags.json, tasks.json, dag_versions.json and dag_sources.json.
#pragma once

#include "ingest/airflow/export_reader.h"

namespace dagy::ingest::airflow {

/// Fills `into.dags`. Airflow tells the tasks of the newest version only: older ones get the same tasks and the extra
/// `tasks_of_version`. Airflow 2 has no versions: there a version's name is the hash of what it holds.
void ReadDags(const ExportFolder& folder, Export& into);

}  // namespace dagy::ingest::airflow
