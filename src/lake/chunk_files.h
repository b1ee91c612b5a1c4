/// Files of registered chunks, each checked against its register entry before DuckDB may open it.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "objects/object_store.h"
#include "store/record_store.h"

namespace dagy::lake {

/// Thread-safe.
class ChunkFiles {
  public:
    explicit ChunkFiles(objects::ObjectStore& objects) : objects_(objects) {}

    /// A local file that holds the chunk's bytes. Its SHA-256 is checked the first time and whenever the file's size or
    /// time differ from then: Parquet has no checksum of its own, and a flipped bit would read as another log line.
    /// Throws kStorage that names the key.
    std::filesystem::path Open(const store::Chunk& chunk);

  private:
    struct Seen {
        std::uintmax_t bytes = 0;
        std::filesystem::file_time_type modified;
        bool operator==(const Seen&) const = default;
    };

    objects::ObjectStore& objects_;
    std::mutex mutex_;
    std::map<std::string, Seen> good_;
};

/// Hex SHA-256 of a file, read in pieces.
std::string Sha256OfFile(const std::filesystem::path& file);

/// kStorage, "records … are damaged", with the key and the way out.
[[noreturn]] void ThrowDamaged(const store::Chunk& chunk, const std::string& why, const std::string& internal = {});

}  // namespace dagy::lake
