/// An export that came as one file: .tar, .tar.gz, .tar.zst.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace dagy::ingest::airflow {

struct UnpackLimits {
    int64_t bytes_max = int64_t{64} << 30;  ///< of all files
    int64_t files_max = 2'000'000;
};

/// A folder of its own below the system's temporary folder, removed with the object.
class UnpackedTar {
  public:
    /// Takes regular files and folders; links and devices are left out. Throws kInvalidInput for a member that would
    /// leave the folder, kBadRequest for an archive that is broken or cut (with the byte), kTooLarge over the limits,
    /// kStorageFull for a full disk.
    explicit UnpackedTar(const std::filesystem::path& archive, UnpackLimits limits = {});
    ~UnpackedTar();
    UnpackedTar(const UnpackedTar&) = delete;
    UnpackedTar& operator=(const UnpackedTar&) = delete;

    /// Where the export lies in it: at the top, or in the one folder that was packed.
    std::filesystem::path ExportPath() const;
    const std::vector<std::string>& warnings() const { return warnings_; }

  private:
    void Unpack(const std::filesystem::path& archive, UnpackLimits limits);

    std::filesystem::path folder_;
    std::vector<std::string> warnings_;
};

}  // namespace dagy::ingest::airflow
