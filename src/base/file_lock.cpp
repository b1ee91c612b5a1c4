#include "base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

#include "base/error.h"

namespace dagy {
namespace {

constexpr const char* kFileName = "lock";

/// Two lines: pid, url. Half a text is possible only between a holder's two system calls; it then reads as pid 0.
LockHolder ReadHolder(int file) {
    std::array<char, 2048> buffer{};
    const ssize_t size = ::pread(file, buffer.data(), buffer.size(), 0);
    const std::string_view text(buffer.data(), size > 0 ? static_cast<size_t>(size) : 0);
    LockHolder holder;
    std::from_chars(text.data(), text.data() + text.size(), holder.pid);
    const size_t line_end = text.find('\n');
    if (line_end == std::string_view::npos) return holder;
    const std::string_view rest = text.substr(line_end + 1);
    holder.url = rest.substr(0, rest.find('\n'));
    return holder;
}

void WriteHolder(int file, const std::string& url) {
    const std::string text = fmt::format("{}\n{}\n", ::getpid(), url);
    // Only a courtesy to others: a full disk must not keep a server from starting.
    if (::ftruncate(file, 0) == 0) (void)!::pwrite(file, text.data(), text.size(), 0);
}

/// Locks of the open file, not of the process: they can be asked about without being taken, which flock cannot.
struct flock WholeFile() {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

FileLock::FileLock(const std::filesystem::path& folder) {
    file_ = ::open((folder / kFileName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0)
        throw Error(ErrorCode::kStorage,
                    fmt::format("cannot open the lock of the data folder: {}", std::strerror(errno)),
                    "check that the folder exists and that you may write there", (folder / kFileName).string());
    struct flock lock = WholeFile();
    if (::fcntl(file_, F_OFD_SETLK, &lock) == 0) {
        WriteHolder(file_, {});
        return;
    }
    const int why = errno;
    const LockHolder holder = ReadHolder(file_);
    ::close(file_);
    file_ = -1;
    if (why != EAGAIN && why != EACCES)
        throw Error(ErrorCode::kStorage, fmt::format("cannot lock the data folder: {}", std::strerror(why)),
                    "use a folder on a local disk", folder.string());
    throw Error(ErrorCode::kLocked, fmt::format("the data folder is in use by process {}", holder.pid),
                holder.url.empty()
                    ? "stop that process, or choose another data folder"
                    : fmt::format("it serves {}; stop it, talk to it, or choose another data folder", holder.url),
                folder.string());
}

FileLock::~FileLock() {
    if (file_ < 0) return;
    (void)!::ftruncate(file_, 0);
    ::close(file_);
}

void FileLock::SetUrl(const std::string& url) {
    WriteHolder(file_, url);
}

std::optional<LockHolder> FileLock::Holder(const std::filesystem::path& folder) {
    const int file = ::open((folder / kFileName).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    std::optional<LockHolder> holder;
    struct flock lock = WholeFile();
    if (::fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) holder = ReadHolder(file);
    ::close(file);
    return holder;
}

}  // namespace dagy
