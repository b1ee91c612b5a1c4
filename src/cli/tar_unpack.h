/// Unpacks a tar archive as it comes: what `GET /api/v1/lake/export` sends.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/tar_reader.h"

namespace dagy::cli {

/// Writes the members under a folder. Names that would lead out of it are refused, as is everything but files.
class TarUnpack final : private TarSink {
  public:
    explicit TarUnpack(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Throws kStorage for an archive that is none, or a file that cannot be written; kStorageFull for a full disk.
    void Take(std::string_view bytes);
    /// The archive has come to its end.
    bool Ended() const { return tar_.ended(); }
    int64_t files() const { return files_; }
    int64_t bytes() const { return bytes_; }

  private:
    struct CloseFile {
        void operator()(FILE* file) const { std::fclose(file); }
    };
    void Begin(const TarMember& member) override;
    void Bytes(std::string_view bytes) override;
    void End() override;

    const std::filesystem::path folder_;
    TarReader tar_{*this, "try again"};
    std::unique_ptr<FILE, CloseFile> file_;
    std::string name_;
    int64_t files_ = 0, bytes_ = 0;
};

}  // namespace dagy::cli
