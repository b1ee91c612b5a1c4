/// The few POSIX calls that durable files need; failures are dagy::Error that name the key, never the path.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace dagy::objects {

/// kStorageFull where there is no room (disk, quota, size limit), kStorage otherwise. `doing`: "write", "read" …
[[noreturn]] void ThrowErrno(std::string_view doing, const std::string& key, const std::filesystem::path& path,
                             int why);

/// Writes and syncs a new file. Nothing is left behind where it fails.
void WriteNewFile(const std::filesystem::path& path, std::string_view bytes, const std::string& key);
std::string ReadWholeFile(const std::filesystem::path& path, const std::string& key);
/// Syncs a file or a folder.
void Sync(const std::filesystem::path& path, const std::string& key);
/// Makes `folder` and what is missing above it, durably. `root` exists.
void MakeFolders(const std::filesystem::path& folder, const std::filesystem::path& root, const std::string& key);

}  // namespace dagy::objects
