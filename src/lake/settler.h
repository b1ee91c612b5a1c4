/// Moves pending rows into Parquet.
#pragma once

#include <functional>
#include <optional>

#include "lake/chunk_writer.h"
#include "lake/lake.h"

namespace dagy::lake {

/// Thread-safe, and safe beside settlers of other processes: who comes second deletes what it wrote.
class Settler {
  public:
    using RunOf = std::function<std::optional<model::Run>(int64_t run_key)>;
    Settler(objects::ObjectStore& objects, store::RecordStore& records, ChunkWriter& writer, RunOf run_of,
            const LakeOptions& options)
        : objects_(objects), records_(records), writer_(writer), run_of_(std::move(run_of)), options_(options) {}

    bool Settle(const model::PhaseRef& ref);
    size_t SettleSome(size_t phases);
    /// Deletes an object unless a transaction has registered it after all.
    void DropUnregistered(const std::string& key);

  private:
    bool SettleKind(const model::PhaseRef& ref, model::RecordKind kind, const model::Run& run);
    bool SettleBlocks(const model::PhaseRef& ref, model::RecordKind kind, const model::Run& run,
                      const store::RecordView& view);
    void WriteMetadata(const model::PhaseRef& ref, const model::Run& run);

    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    ChunkWriter& writer_;
    RunOf run_of_;
    const LakeOptions& options_;
};

/// The deployment whose runs have no suffix in their keys.
std::string DefaultDeploymentOf(const LakeOptions& options, const model::Run& run);

}  // namespace dagy::lake
