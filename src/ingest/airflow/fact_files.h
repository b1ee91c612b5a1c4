/// airflow.json, the audit log, and what the deployment had when it was exported.
#pragma once

#include "ingest/airflow/export_reader.h"

namespace dagy::ingest::airflow {

/// `into.exported_at` and the fact `airflow`. Without airflow.json the time stays unknown, with a warning.
void ReadAirflow(const ExportFolder& folder, Export& into);

/// event_logs.json as source events, `airflow:<id>`.
void ReadEvents(const ExportFolder& folder, Export& into);

/// Import errors, DAG warnings, pools, connections, variables, assets, jobs and providers.
void ReadFacts(const ExportFolder& folder, Export& into);

}  // namespace dagy::ingest::airflow
