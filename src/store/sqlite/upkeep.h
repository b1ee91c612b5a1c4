/// UpkeepStore on SQLite.
#pragma once

#include "base/time.h"
#include "store/sqlite/connections.h"
#include "store/upkeep_store.h"

namespace dagy::store::sqlite {

class SqliteUpkeepStore final : public UpkeepStore {
  public:
    SqliteUpkeepStore(Connections& connections, const Clock& clock) : connections_(connections), clock_(clock) {}

    ChunkGroups NewChunks(int64_t after_chunk, size_t limit) override;
    std::vector<ChunkGroup> ChunkGroupsOfRun(int64_t run_key) override;
    std::vector<std::string> Unregistered(const std::vector<std::string>& keys) override;
    bool HasChunkUnder(const std::string& prefix) override;
    std::optional<int64_t> RetentionDays(const model::Scope& scope, const std::string& dag_id) override;
    void SetRetentionDays(const model::Scope& scope, const std::string& dag_id, std::optional<int64_t> days,
                          const AuditEntry& audit) override;
    std::vector<KeptDag> KeptDags(const std::optional<std::string>& org) override;
    std::vector<model::Run> RunsBefore(const model::Scope& scope, const std::string& dag_id, Time before,
                                       const RunPlace& after, size_t limit) override;
    size_t TallyDays(const std::string& before, size_t limit) override;
    std::string InUse(int64_t run_key) override;
    DeletedRun DeleteRun(const RunDeletion& deletion) override;

  private:
    Connections& connections_;
    const Clock& clock_;
};

/// DeleteRun inside the caller's transaction.
DeletedRun TakeRunOut(Database& database, const RunDeletion& deletion, Time now);
std::string WhyInUse(Database& database, int64_t run_key, Time now);

}  // namespace dagy::store::sqlite
