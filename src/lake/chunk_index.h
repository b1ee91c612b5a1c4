/// The filters of chunks that are in index files, and a cache of them.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "lake/block_filter.h"
#include "lake/database.h"
#include "objects/object_store.h"

namespace dagy::lake {

/// The filters of chunks that were asked for last, by the chunk's hash. Thread-safe.
class FilterCache {
  public:
    explicit FilterCache(size_t bytes_max) : bytes_max_(bytes_max) {}
    std::shared_ptr<const ChunkFilters> Find(const std::string& sha256);
    void Put(const std::string& sha256, std::shared_ptr<const ChunkFilters> filters);

  private:
    struct Entry {
        std::string sha256;
        std::shared_ptr<const ChunkFilters> filters;
        size_t bytes = 0;
    };
    const size_t bytes_max_;
    std::mutex mutex_;
    std::list<Entry> by_use_;  // the last used first
    std::map<std::string, std::list<Entry>::iterator> by_sha256_;
    size_t bytes_ = 0;
};

/// Thread-safe. Never throws for an index that is missing or damaged: then there are no filters.
class ChunkIndex {
  public:
    ChunkIndex(Database& database, objects::ObjectStore& objects);

    /// The filters of each of these chunks of one phase attempt and kind; nullptr where there are none.
    std::vector<std::shared_ptr<const ChunkFilters>> Find(model::RecordKind kind,
                                                          std::span<const store::Chunk* const> chunks);
    /// Whether the next Find for this chunk is without a look into a file.
    bool Known(const store::Chunk& chunk) { return cache_.Find(chunk.sha256) != nullptr; }

  private:
    void Load(model::RecordKind kind, std::span<const store::Chunk* const> chunks,
              std::map<std::string, ChunkFilters, std::less<>>& found);

    Database& database_;
    objects::ObjectStore& objects_;
    FilterCache cache_;
};

}  // namespace dagy::lake
