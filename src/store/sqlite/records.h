/// RecordStore on SQLite.
#pragma once

#include "base/time.h"
#include "store/record_store.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

class SqliteRecordStore final : public RecordStore {
  public:
    SqliteRecordStore(Connections& connections, const Clock& clock) : connections_(connections), clock_(clock) {}

    RecordView View(const model::PhaseRef& ref, model::RecordKind kind, bool payloads) override;
    std::vector<PhaseRecords> ViewOfRun(int64_t run_key, int64_t payload_bytes_max) override;
    void Settle(const model::PhaseRef& ref, model::RecordKind kind, const Chunk& chunk,
                const std::vector<int64_t>& freed) override;
    void Replace(const model::PhaseRef& ref, model::RecordKind kind, const std::vector<int64_t>& old_chunks,
                 const Chunk& merged) override;
    std::vector<PendingPhase> PendingPhases(size_t limit, int64_t bytes_min) override;
    std::vector<UnindexedPhase> UnindexedPhases(int64_t after_key, size_t limit) override;
    void SetIndexed(const std::vector<IndexMark>& marks) override;
    std::vector<int64_t> UnfilteredRuns(int64_t after_key, size_t limit) override;
    void SetRunFilters(const std::vector<TextsOfRun>& runs) override;
    std::vector<TextsOfRun> RunFilters(const std::vector<int64_t>& run_keys) override;
    std::vector<Chunk> Chunks(const std::string& key_prefix) override;
    std::vector<Chunk> ChunksOfRun(int64_t run_key) override;
    std::vector<std::string> Garbage(Time older_than, size_t limit) override;
    void ForgetGarbage(const std::vector<std::string>& keys) override;

  private:
    Connections& connections_;
    const Clock& clock_;
};

}  // namespace dagy::store::sqlite
