#include "objects/folder/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace dagy::objects {
namespace {

namespace fs = std::filesystem;

// One write call takes no more than this on Linux.
constexpr size_t kWriteBytesMax = size_t{1} << 30;

class File {
  public:
    File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const { return fd_; }

  private:
    int fd_;
};

int WriteAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), std::min(bytes.size(), kWriteBytesMax));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes.remove_prefix(static_cast<size_t>(written));
    }
    return ::fsync(fd) == 0 ? 0 : errno;
}

int TrySync(const fs::path& path) {
    const File file(path, O_RDONLY);
    return file.fd() >= 0 && ::fsync(file.fd()) == 0 ? 0 : errno;
}

}  // namespace

void ThrowErrno(std::string_view doing, const std::string& key, const fs::path& path, int why) {
    const std::string internal = fmt::format("{} {}: {}", doing, path.string(), std::strerror(why));
    if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        throw Error(ErrorCode::kStorageFull, fmt::format("no space left to {} object '{}'", doing, key),
                    "free some space and try again", internal);
    if (why == ENOENT) throw Error(ErrorCode::kNotFound, fmt::format("there is no object '{}'", key), {}, internal);
    throw Error(ErrorCode::kStorage, fmt::format("cannot {} object '{}': {}", doing, key, std::strerror(why)),
                "check the disk and the permissions of the data folder", internal);
}

void WriteNewFile(const fs::path& path, std::string_view bytes, const std::string& key) {
    const File file(path, O_WRONLY | O_CREAT | O_EXCL);
    if (file.fd() < 0) ThrowErrno("write", key, path, errno);
    if (const int why = WriteAll(file.fd(), bytes); why != 0) {
        ::unlink(path.c_str());
        ThrowErrno("write", key, path, why);
    }
}

std::string ReadWholeFile(const fs::path& path, const std::string& key) {
    const File file(path, O_RDONLY);
    if (file.fd() < 0) ThrowErrno("read", key, path, errno);
    struct stat info{};
    if (::fstat(file.fd(), &info) != 0) ThrowErrno("read", key, path, errno);
    if (!S_ISREG(info.st_mode)) ThrowErrno("read", key, path, ENOENT);
    std::string bytes(static_cast<size_t>(info.st_size), '\0');
    size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::read(file.fd(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) ThrowErrno("read", key, path, errno);
        if (got == 0) break;
        have += static_cast<size_t>(got);
    }
    bytes.resize(have);
    return bytes;
}

void Sync(const fs::path& path, const std::string& key) {
    if (const int why = TrySync(path); why != 0) ThrowErrno("sync", key, path, why);
}

// Where a part is not there, a neighbour's Delete has just swept it away empty: the caller finds out by its rename and
// tries again.
void MakeFolders(const fs::path& folder, const fs::path& root, const std::string& key) {
    if (folder == root) return;
    struct stat info{};
    if (::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return;
    MakeFolders(folder.parent_path(), root, key);
    if (::mkdir(folder.c_str(), 0750) != 0 && errno != EEXIST) {
        if (errno == ENOENT) return;
        ThrowErrno("write", key, folder, errno);
    }
    if (const int why = TrySync(folder.parent_path()); why != 0 && why != ENOENT) ThrowErrno("sync", key, folder, why);
}

}  // namespace dagy::objects
