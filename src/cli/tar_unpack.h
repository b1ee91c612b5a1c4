/// Unpacks a tar archive as it comes: what `GET /api/v1/lake/export` sends.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace dagy::cli {

/// Writes the members under a folder. Names that would lead out of it are refused, as is everything but files.
class TarUnpack {
  public:
    explicit TarUnpack(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Throws kStorage for an archive that is none, or a file that cannot be written; kStorageFull for a full disk.
    void Take(std::string_view bytes);
    /// The archive has come to its end.
    bool Ended() const { return ended_; }
    int64_t files() const { return files_; }
    int64_t bytes() const { return bytes_; }

  private:
    struct CloseFile {
        void operator()(FILE* file) const { std::fclose(file); }
    };
    void Head(std::string_view block);
    void Content(std::string_view& bytes);
    void OpenFile(const std::string& name);
    void EndMember();

    const std::filesystem::path folder_;
    std::string block_;      ///< a head that has not come whole
    std::string long_name_;  ///< of the next member
    bool in_long_name_ = false;
    int64_t left_ = 0, padding_ = 0;
    std::unique_ptr<FILE, CloseFile> file_;
    std::string name_;
    bool ended_ = false;
    int64_t files_ = 0, bytes_ = 0;
};

}  // namespace dagy::cli
