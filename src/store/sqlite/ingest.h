/// IngestStore on SQLite.
#pragma once

#include "base/time.h"
#include "store/ingest_store.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

class SqliteIngestStore final : public IngestStore {
  public:
    SqliteIngestStore(Connections& connections, const Clock& clock) : connections_(connections), clock_(clock) {}

    ApplyResult Apply(const model::Batch& batch, const std::vector<NewChunk>& chunks) override;
    std::optional<std::string> Progress(const model::Scope& scope, const std::string& key) override;
    int64_t NextRow(const model::Scope& scope, const model::RunName& run, const std::string& phase, int attempt,
                    model::RecordKind kind) override;

  private:
    Connections& connections_;
    const Clock& clock_;
};

}  // namespace dagy::store::sqlite
