#include "lake/chunk_files.h"

#include <fmt/format.h>

#include <fstream>
#include <vector>

#include "base/error.h"
#include "base/hash.h"

namespace dagy::lake {
namespace {

constexpr size_t kSeenMax = 65536;

}  // namespace

std::string Sha256OfFile(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(ErrorCode::kStorage, "a Parquet file cannot be opened", {}, file.string());
    std::vector<char> buffer(1 << 18);
    Sha256 hash;
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
        hash.Add({buffer.data(), static_cast<size_t>(in.gcount())});
    if (in.bad()) throw Error(ErrorCode::kStorage, "a Parquet file cannot be read", {}, file.string());
    return hash.Hex();
}

void ThrowDamaged(const store::Chunk& chunk, const std::string& why, const std::string& internal) {
    throw Error(ErrorCode::kStorage, fmt::format("the records in {} cannot be read: {}", chunk.object_key, why),
                "restore this object from a backup; all other records are unaffected", internal);
}

std::filesystem::path ChunkFiles::Open(const store::Chunk& chunk) {
    std::filesystem::path file;
    try {
        file = objects_.LocalFile(chunk.object_key);
    } catch (const Error& failed) {
        if (failed.code() == ErrorCode::kNotFound) ThrowDamaged(chunk, "the object is missing", failed.internal());
        throw;
    }
    std::error_code failed;
    Seen seen{std::filesystem::file_size(file, failed), {}};
    if (!failed) seen.modified = std::filesystem::last_write_time(file, failed);
    if (failed) ThrowDamaged(chunk, "the object is missing", failed.message());
    {
        const std::lock_guard lock(mutex_);
        if (const auto at = good_.find(chunk.object_key); at != good_.end() && at->second == seen) return file;
    }
    if (chunk.bytes != static_cast<int64_t>(seen.bytes))
        ThrowDamaged(chunk, fmt::format("the object has {} bytes instead of {}", seen.bytes, chunk.bytes));
    if (Sha256OfFile(file) != chunk.sha256) ThrowDamaged(chunk, "the object's bytes are not those that were written");
    const std::lock_guard lock(mutex_);
    if (good_.size() >= kSeenMax) good_.clear();
    good_[chunk.object_key] = seen;
    return file;
}

}  // namespace dagy::lake
