#include "lake/orphan_sweeper.h"

#include <algorithm>
#include <vector>

#include "base/crash_point.h"
#include "lake/object_keys.h"

namespace dagy::lake {
namespace {

constexpr size_t kBatch = 512;

}  // namespace

bool OrphanSweeper::IsOrphan(const std::string& unregistered) {
    if (!IsDerived(unregistered)) return true;
    const std::string folder(RunFolderOf(unregistered));
    return folder.empty() || !upkeep_.HasChunkUnder(folder);
}

void OrphanSweeper::FindOrphans(const std::string& prefix,
                                const std::function<void(const objects::ObjectInfo&)>& found) {
    std::vector<objects::ObjectInfo> batch;
    const auto look = [&] {
        std::vector<std::string> keys;
        for (const objects::ObjectInfo& object : batch) keys.push_back(object.key);
        const std::vector<std::string> unknown = upkeep_.Unregistered(keys);
        for (const objects::ObjectInfo& object : batch)
            if (std::ranges::find(unknown, object.key) != unknown.end() && IsOrphan(object.key)) found(object);
        batch.clear();
    };
    objects_.ForEach(prefix, [&](const objects::ObjectInfo& object) {
        batch.push_back(object);
        if (batch.size() == kBatch) look();
    });
    look();
}

// An object that was registered between the look and the deletion would be lost: only what is too old for that goes.
size_t OrphanSweeper::ClearOrphans(Time older_than) {
    size_t cleared = 0;
    FindOrphans("org=", [&](const objects::ObjectInfo& object) {
        if (object.modified >= older_than) return;
        objects_.Delete(object.key);
        ++cleared;
    });
    return cleared;
}

size_t OrphanSweeper::ClearGarbage(Time older_than) {
    size_t cleared = 0;
    while (true) {
        const std::vector<std::string> keys = records_.Garbage(older_than, kBatch);
        DeleteGarbage(keys, older_than);
        cleared += keys.size();
        if (keys.size() < kBatch) return cleared;
    }
}

void OrphanSweeper::DeleteGarbage(const std::vector<std::string>& keys, Time at) {
    for (const std::string& key : keys) {
        const std::optional<objects::ObjectInfo> object = objects_.Stat(key);
        if (object && object->modified < at) objects_.Delete(key);
        CrashPoint("lake.garbage.deleted");
    }
    records_.ForgetGarbage(keys);
}

}  // namespace dagy::lake
