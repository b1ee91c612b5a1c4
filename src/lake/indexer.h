/// Makes the search index of chunks that have none.
#pragma once

#include <mutex>
#include <set>
#include <vector>

#include "lake/chunk_scan.h"
#include "lake/index_file.h"
#include "objects/object_store.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Thread-safe, and safe beside indexers of other processes: whose file is overwritten leaves chunks that are searched
/// without an index, never wrongly.
class Indexer {
  public:
    Indexer(Database& database, ChunkFiles& files, ChunkScan& scan, objects::ObjectStore& objects,
            store::RecordStore& records)
        : database_(database), files_(files), scan_(scan), objects_(objects), records_(records) {}

    /// As Lake::IndexSome.
    size_t IndexSome(size_t phases);

  private:
    struct Held {
        model::RecordKind kind;
        store::Chunk chunk;
    };
    bool IndexPhase(const store::UnindexedPhase& phase);
    void IndexInFile(const std::vector<Held>& chunks, std::vector<store::IndexMark>& marks);
    std::vector<int64_t> BlockRows(const store::Chunk& chunk);
    std::vector<BlockFilter> FiltersOf(const Held& held, const std::vector<int64_t>& block_rows, size_t bytes_max);

    Database& database_;
    ChunkFiles& files_;
    ChunkScan& scan_;
    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    std::mutex mutex_;
    std::set<int64_t> damaged_;  // phases with a chunk that cannot be read: said once, not tried again by this process
    int64_t after_key_ = 0;      // where the last round ended, so that phases that are not yet due hold up nobody
};

}  // namespace dagy::lake
