/// Objects that nobody refers to.
#pragma once

#include <functional>

#include "objects/object_store.h"
#include "store/record_store.h"
#include "store/upkeep_store.h"

namespace dagy::lake {

/// Thread-safe. Memory does not grow with the number of objects.
class OrphanSweeper {
  public:
    OrphanSweeper(objects::ObjectStore& objects, store::RecordStore& records, store::UpkeepStore& upkeep)
        : objects_(objects), records_(records), upkeep_(upkeep) {}

    /// Hands over objects under the prefix that no chunk and no garbage entry names: left by writers that were killed,
    /// or being written now. Files that are derived from the store count once nothing of their run is registered.
    void FindOrphans(const std::string& prefix, const std::function<void(const objects::ObjectInfo&)>& found);

    /// Deletes orphans that were written before `older_than`; how many.
    size_t ClearOrphans(Time older_than);
    /// Deletes objects that became garbage before `older_than`; how many.
    size_t ClearGarbage(Time older_than);
    /// Deletes these objects, which are garbage, unless one was written after `at`: then the name has found a new use.
    void DeleteGarbage(const std::vector<std::string>& keys, Time at);

  private:
    bool IsOrphan(const std::string& unregistered);

    objects::ObjectStore& objects_;
    store::RecordStore& records_;
    store::UpkeepStore& upkeep_;
};

}  // namespace dagy::lake
