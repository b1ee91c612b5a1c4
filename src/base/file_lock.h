/// The lock of a data folder: one server at a time, and whoever comes second learns who is first.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace dagy {

/// Who holds a data folder.
struct LockHolder {
    pid_t pid = 0;
    std::string url;  ///< where it serves; empty: not yet, or it serves nothing
};

/// Held from construction until destruction; the system lets go of it when the process ends, however it ends.
class FileLock {
  public:
    /// Takes `<folder>/lock` (the folder exists). Throws kLocked with the holder's pid (and url in the hint) if another
    /// has it, kStorage if the file cannot be made.
    explicit FileLock(const std::filesystem::path& folder);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// Says where this process serves, for those who come second.
    void SetUrl(const std::string& url);

    /// Who holds the folder now; nothing if it is free. Takes nothing.
    static std::optional<LockHolder> Holder(const std::filesystem::path& folder);

  private:
    int file_ = -1;
};

}  // namespace dagy
