/// The upkeep of a ParquetLake: wires its parts together. Made by ParquetLake alone.
#pragma once

#include <atomic>
#include <mutex>

#include "lake/compactor.h"
#include "lake/exporter.h"
#include "lake/inspector.h"
#include "lake/orphan_sweeper.h"
#include "lake/retention.h"
#include "lake/run_remover.h"
#include "lake/runs_in_use.h"
#include "lake/upkeep.h"

namespace dagy::lake {

/// What a lake is made of, as far as upkeep needs it; all of it outlives the upkeep.
struct LakeParts {
    objects::ObjectStore& objects;
    store::RecordStore& records;
    store::RunStore& runs;
    store::UpkeepStore& upkeep;
    Database& database;
    ChunkFiles& files;
    ChunkReader& reader;
    ChunkWriter& writer;
    Settler& settler;
    RunsInUse& in_use;
    const LakeOptions& options;
};

class ParquetUpkeep final : public Upkeep {
  public:
    explicit ParquetUpkeep(LakeParts parts);

    bool CompactSome(size_t merges) override;
    CompactReport Compact(const UpkeepScope& scope, const Tell& tell) override;
    size_t ClearGarbage() override;
    CheckReport Check(const UpkeepScope& scope, const Tell& tell) override { return inspector_.Check(scope, tell); }
    RetainReport Retain(const RetainOptions& options, const Tell& tell) override;
    store::DeletedRun Delete(const model::Run& run, std::string_view reason, const store::AuditEntry& audit) override;
    ExportReport Export(const UpkeepScope& scope, const std::function<bool(std::string bytes)>& write) override;

    size_t ClearOrphans();

  private:
    class CompactRound;
    bool Merges(const store::ChunkGroup& group, size_t& left);

    LakeParts parts_;
    OrphanSweeper sweeper_;
    Compactor compactor_;
    Inspector inspector_;
    Exporter exporter_;
    RunRemover remover_;
    Retention retention_;
    std::atomic<int> exports_ = 0;

    std::mutex compacting_;
    int64_t seen_chunk_ = 0;
    std::vector<store::ChunkGroup> waiting_;  ///< groups that are to be looked at
};

}  // namespace dagy::lake
