#include "lake/chunk_index.h"

#include <algorithm>

#include "base/error.h"
#include "lake/index_file.h"

namespace dagy::lake {
namespace {

constexpr size_t kCacheBytesMax = size_t{32} << 20;

size_t BytesOf(const ChunkFilters& filters) {
    size_t bytes = 128;
    for (const BlockFilter& block : filters) bytes += block.bytes.size() + sizeof(block);
    return bytes;
}

}  // namespace

std::shared_ptr<const ChunkFilters> FilterCache::Find(const std::string& sha256) {
    const std::lock_guard lock(mutex_);
    const auto at = by_sha256_.find(sha256);
    if (at == by_sha256_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, at->second);
    return at->second->filters;
}

void FilterCache::Put(const std::string& sha256, std::shared_ptr<const ChunkFilters> filters) {
    const size_t bytes = BytesOf(*filters);
    const std::lock_guard lock(mutex_);
    if (bytes > bytes_max_ || by_sha256_.contains(sha256)) return;
    by_use_.push_front({sha256, std::move(filters), bytes});
    by_sha256_[sha256] = by_use_.begin();
    for (bytes_ += bytes; bytes_ > bytes_max_; by_use_.pop_back()) {
        bytes_ -= by_use_.back().bytes;
        by_sha256_.erase(by_use_.back().sha256);
    }
}

ChunkIndex::ChunkIndex(Database& database, objects::ObjectStore& objects)
    : database_(database), objects_(objects), cache_(kCacheBytesMax) {}

std::vector<std::shared_ptr<const ChunkFilters>> ChunkIndex::Find(model::RecordKind kind,
                                                                  std::span<const store::Chunk* const> chunks) {
    std::vector<std::shared_ptr<const ChunkFilters>> filters;
    std::vector<const store::Chunk*> unknown;
    for (const store::Chunk* chunk : chunks) {
        filters.push_back(cache_.Find(chunk->sha256));
        if (!filters.back()) unknown.push_back(chunk);
    }
    if (unknown.empty()) return filters;
    std::map<std::string, ChunkFilters, std::less<>> found;
    Load(kind, unknown, found);
    for (size_t i = 0; i < chunks.size(); ++i) {
        const auto at = found.find(chunks[i]->sha256);
        if (at == found.end() || at->second.empty()) continue;
        filters[i] = std::make_shared<const ChunkFilters>(std::move(at->second));
        cache_.Put(chunks[i]->sha256, filters[i]);
    }
    return filters;
}

void ChunkIndex::Load(model::RecordKind kind, std::span<const store::Chunk* const> chunks,
                      std::map<std::string, ChunkFilters, std::less<>>& found) {
    int64_t first = INT64_MAX, end = 0;
    for (const store::Chunk* chunk : chunks) {
        found[chunk->sha256];
        first = std::min(first, chunk->first_row);
        end = std::max(end, chunk->first_row + chunk->rows);
    }
    try {
        const std::string file = objects_.LocalFile(IndexKeyOf(chunks.front()->object_key)).native();
        ReadIndex(database_, file, kind, {first, end - first}, [&](const IndexRow& row) {
            const auto at = found.find(row.sha256);
            if (at == found.end() || !GramFilter::Open(row.bytes, SealOf(row.sha256, row.first_row, row.rows))) return;
            at->second.push_back({row.first_row, row.rows, std::string(row.bytes)});
        });
    } catch (const DatabaseError&) {  // what was read so far is sound all the same
    } catch (const Error& failed) {
        if (failed.code() == ErrorCode::kUnavailable) throw;
    }
    for (auto& [sha256, filters] : found)
        std::sort(filters.begin(), filters.end(),
                  [](const BlockFilter& a, const BlockFilter& b) { return a.first_row < b.first_row; });
}

}  // namespace dagy::lake
