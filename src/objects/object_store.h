/// Immutable objects by key. Folder today, S3 by the same contract (tests/contract/object_store_contract.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace dagy::objects {

struct ObjectInfo {
    std::string key;
    int64_t bytes = 0;
    Time modified{};
};

/// Keys are `/`-separated, relative, without `.`/`..` parts, empty parts or NUL; anything else is kInvalidInput.
/// Thread-safe. Failures are kStorage with the key (never the root's path), a full disk kStorageFull.
class ObjectStore {
  public:
    virtual ~ObjectStore() = default;

    /// Whole and durable (file and folder synced, S3 acknowledged) or not there at all. An existing key is overwritten
    /// whole.
    virtual void Put(const std::string& key, std::string_view bytes) = 0;
    /// Moves a finished local file in, by rename where that can be.
    virtual void PutFile(const std::string& key, const std::filesystem::path& file) = 0;
    /// PutFile, but false (and the file stays where it is) if the key exists. Of two writers of one key exactly one
    /// gets true, where the store can tell; this default only looks first.
    virtual bool PutFileNew(const std::string& key, const std::filesystem::path& file) {
        if (Stat(key)) return false;
        PutFile(key, file);
        return true;
    }
    /// kNotFound if there is none.
    virtual std::string Get(const std::string& key) = 0;
    /// A local path that holds the object's bytes at least until the process ends (the object itself, or a bounded
    /// cache's copy).
    virtual std::filesystem::path LocalFile(const std::string& key) = 0;
    virtual std::optional<ObjectInfo> Stat(const std::string& key) = 0;
    /// By key order.
    virtual std::vector<ObjectInfo> List(const std::string& prefix) = 0;
    /// The same objects in any order, one by one, however many there are; `visit` may delete the one that it is given.
    virtual void ForEach(const std::string& prefix, const std::function<void(const ObjectInfo&)>& visit) {
        for (const ObjectInfo& object : List(prefix)) visit(object);
    }
    /// No error if there is none.
    virtual void Delete(const std::string& key) = 0;
    /// A URL at which whoever has it may GET the object until `expires` (to the second): absolute, or a path of our own
    /// server, which then asks `Honours`. It cannot be bent to another object, time or method. kUnavailable where the
    /// store makes none. The object need not exist.
    virtual std::string Presign(const std::string& key, Time expires);
    /// Whether `signature` is what Presign put into its URL for this key and time (seconds since 1970). Does not look
    /// at the clock.
    virtual bool Honours(const std::string& key, int64_t expires_s, std::string_view signature);
    /// Where a writer may make a temporary file that PutFile can move in cheaply.
    virtual std::filesystem::path ScratchFolder() = 0;
};

}  // namespace dagy::objects
