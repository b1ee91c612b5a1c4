/// The local store, put together: metadata in SQLite, objects in a folder, records in Parquet.
#pragma once

#include <filesystem>
#include <memory>

#include "base/time.h"
#include "lake/lake.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace dagy::app {

/// DAGY_LOCAL_DIR, or `~/.dagy`. Throws kInvalidInput where neither can be told.
std::filesystem::path DataFolderPath();

/// `dagy.db` and `lake/` inside one folder that is made if it is not there. Any number of processes may have it open;
/// only one serves.
class DataFolder {
  public:
    /// Throws kStorage with the folder where it cannot be made or written.
    DataFolder(std::filesystem::path path, const Clock& clock);

    const std::filesystem::path& path() const { return path_; }
    store::Store& store() { return *store_; }
    objects::ObjectStore& objects() { return *objects_; }
    lake::Lake& lake() { return *lake_; }

    /// The owner's organization and default deployment. On the first use of the folder they are made, and their ids,
    /// password and key are shown on standard error: the only time that they can be read.
    model::Scope HomeScope(const Clock& clock);

  private:
    std::filesystem::path path_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<objects::ObjectStore> objects_;
    std::unique_ptr<lake::Lake> lake_;
};

}  // namespace dagy::app
