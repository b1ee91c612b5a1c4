/// A file that is gone when its writer is.
#pragma once

#include <filesystem>

#include "base/ids.h"
#include "objects/object_store.h"

namespace dagy::lake {

class ScratchFile {
  public:
    explicit ScratchFile(objects::ObjectStore& objects)
        : path_(objects.ScratchFolder() / ("lake_" + RandomHex(12) + ".parquet")) {}
    ~ScratchFile() {
        std::error_code moved_away;
        std::filesystem::remove(path_, moved_away);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace dagy::lake
