/// The embedded store: one SQLite file.
#pragma once

#include <filesystem>
#include <memory>

#include "base/time.h"
#include "store/store.h"

namespace dagy::store {

/// Opens or makes the file; its folder exists. Several processes may have it open; a server keeps others from serving
/// by base/file_lock.h. Throws kStorage for a file that is damaged, no database, not ours to write, or of a newer dagy.
std::unique_ptr<Store> OpenSqlite(const std::filesystem::path& file, const Clock& clock);

}  // namespace dagy::store
