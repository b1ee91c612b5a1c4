/// Makes few chunks of many.
#pragma once

#include <functional>

#include "lake/chunk_reader.h"
#include "lake/chunk_writer.h"
#include "lake/compaction_plan.h"
#include "lake/lake.h"
#include "lake/settler.h"

namespace dagy::lake {

/// What was merged, and into what.
struct MergeCost {
    int64_t chunks = 0, rows = 0, bytes_before = 0, bytes_after = 0;
};

/// Thread-safe, and safe beside compactors and settlers of other processes: who comes second deletes what it wrote.
class Compactor {
  public:
    Compactor(store::RecordStore& records, ChunkReader& reader, ChunkWriter& writer, Settler& settler,
              const LakeOptions& options)
        : records_(records), reader_(reader), writer_(writer), settler_(settler), options_(options) {}

    /// Merges chunks of one group until no more are worth it or `merged` returns false. Memory is bounded whatever the
    /// chunks hold: only as many as fit are merged. Throws kStorage that names a chunk that cannot be read.
    void Compact(const model::Run& run, const model::PhaseRef& ref, model::RecordKind kind, Eagerness eagerness,
                 const std::function<bool(const MergeCost&)>& merged);

  private:
    template <class Row>
    std::optional<MergeCost> MergeRows(const model::Run& run, const model::PhaseRef& ref, model::RecordKind kind,
                                       std::span<const store::Chunk> all, Merge merge);
    std::optional<MergeCost> MergeOf(const model::Run& run, const model::PhaseRef& ref, model::RecordKind kind,
                                     std::span<const store::Chunk> all, Merge merge);

    store::RecordStore& records_;
    ChunkReader& reader_;
    ChunkWriter& writer_;
    Settler& settler_;
    const LakeOptions& options_;
};

}  // namespace dagy::lake
