/// Brings in what an export says of dags, runs, attempts and the deployment: everything but logs.
#pragma once

#include <functional>
#include <stop_token>

#include "ingest/airflow/export_reader.h"
#include "ingest/airflow/importer.h"

namespace dagy::ingest::airflow {

class MetadataImport {
  public:
    MetadataImport(lake::Lake& lake, store::IngestStore& store, const model::Scope& scope, ImportReport& report)
        : lake_(lake), store_(store), scope_(scope), report_(report) {}

    /// Calls `told` after each batch, when it is durable, with the number of objects that are in.
    void Run(Export& all, const std::function<void(size_t done, size_t total)>& told, const std::stop_token& stop);

  private:
    void Dags(Export& all);
    bool DagOnce(const model::DagVersion& dag, const std::optional<Time>& exported_at);
    void Xcoms(const std::vector<ExportedXcom>& xcoms, const std::stop_token& stop);
    bool XcomsOnce(const std::vector<const ExportedXcom*>& entries);
    void Apply(const model::Batch& batch);

    lake::Lake& lake_;
    store::IngestStore& store_;
    const model::Scope& scope_;
    ImportReport& report_;
};

}  // namespace dagy::ingest::airflow
