/// The ingest path of groups that are big enough to be a chunk: they never pass through rows of the store.
#pragma once

#include "lake/backlog.h"
#include "lake/chunk_writer.h"
#include "lake/lake.h"
#include "lake/settler.h"

namespace dagy::lake {

/// Thread-safe.
class BulkApply {
  public:
    BulkApply(store::IngestStore& ingest, store::RecordStore& records, ChunkWriter& writer, Settler& settler,
              const LakeOptions& options)
        : ingest_(ingest),
          records_(records),
          writer_(writer),
          settler_(settler),
          options_(options),
          backlog_(options.pending_bytes_max) {}

    store::ApplyResult Apply(const model::Batch& batch);

  private:
    store::ApplyResult ApplyLifted(const model::Batch& batch, const std::vector<size_t>& lifted);
    /// Settles the phases in which too much waits by now.
    void Relieve(const model::Batch& batch, const std::vector<size_t>& lifted);
    /// Indexes of the groups that become chunks at once.
    std::vector<size_t> GroupsToLift(const model::Batch& batch) const;
    std::vector<store::NewChunk> WriteChunks(const model::Batch& batch, const std::vector<size_t>& lifted);
    store::Chunk WriteChunk(const model::Batch& batch, const model::RecordGroup& group, int64_t first_row);
    model::Run RunFor(const model::Batch& batch, const model::RunName& name) const;
    void Drop(const std::vector<store::NewChunk>& chunks);

    store::IngestStore& ingest_;
    store::RecordStore& records_;
    ChunkWriter& writer_;
    Settler& settler_;
    const LakeOptions& options_;
    Backlog backlog_;
};

}  // namespace dagy::lake
