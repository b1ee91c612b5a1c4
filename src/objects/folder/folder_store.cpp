#include "objects/folder/folder_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/ids.h"
#include "net/http.h"
#include "objects/folder/files.h"
#include "objects/folder/url_signer.h"
#include "objects/object_key.h"

namespace dagy::objects {
namespace {

namespace fs = std::filesystem;

constexpr const char* kScratch = ".tmp";
constexpr std::chrono::hours kLeftoverAge{1};
constexpr int kRenameTries = 5;

Time ModifiedAt(const struct stat& info) {
    return FromMicros(int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1000);
}

class FolderStore final : public ObjectStore {
  public:
    FolderStore(const fs::path& root, const fs::path& url_secret)
        : root_(root), scratch_(root / kScratch), signer_(url_secret) {
        std::error_code failed;
        fs::create_directories(scratch_, failed);
        if (failed) ThrowErrno("make", "the root of all", scratch_, failed.value());
        ClearLeftovers();
    }

    void Put(const std::string& key, std::string_view bytes) override {
        const fs::path target = PathOf(key);
        const fs::path temporary = TemporaryFile();
        WriteNewFile(temporary, bytes, key);
        MoveIn(temporary, target, key);
    }

    void PutFile(const std::string& key, const fs::path& file) override {
        const fs::path target = PathOf(key);
        struct stat from{}, to{};
        if (::stat(file.c_str(), &from) != 0) ThrowErrno("take in", key, file, errno);
        if (::stat(scratch_.c_str(), &to) != 0) ThrowErrno("write", key, scratch_, errno);
        if (from.st_dev != to.st_dev) {
            Put(key, ReadWholeFile(file, key));
            ::unlink(file.c_str());
            return;
        }
        Sync(file, key);
        MoveIn(file, target, key);
    }

    bool PutFileNew(const std::string& key, const fs::path& file) override {
        const fs::path target = PathOf(key);
        Sync(file, key);
        int why = ENOENT;
        for (int i = 0; i < kRenameTries && why == ENOENT; ++i) {
            MakeFolders(target.parent_path(), root_, key);
            why = ::renameat2(AT_FDCWD, file.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
        }
        if (why == EEXIST) return false;
        if (why == EINVAL || why == ENOSYS || why == EXDEV)
            return ObjectStore::PutFileNew(key, file);  // this disk cannot, or it is another one's
        if (why != 0) ThrowErrno("write", key, target, why == ENOENT ? EIO : why);
        Sync(target.parent_path(), key);
        return true;
    }

    std::string Get(const std::string& key) override { return ReadWholeFile(PathOf(key), key); }

    fs::path LocalFile(const std::string& key) override {
        fs::path path = PathOf(key);
        if (!StatFile(path, key)) ThrowErrno("read", key, path, ENOENT);
        return path;
    }

    std::optional<ObjectInfo> Stat(const std::string& key) override { return StatFile(PathOf(key), key); }

    std::vector<ObjectInfo> List(const std::string& prefix) override {
        std::vector<ObjectInfo> found;
        ForEach(prefix, [&](const ObjectInfo& object) { found.push_back(object); });
        std::ranges::sort(found, {}, &ObjectInfo::key);
        return found;
    }

    void ForEach(const std::string& prefix, const std::function<void(const ObjectInfo&)>& visit) override {
        CheckPrefix(prefix);
        const size_t slash = prefix.rfind('/');
        Walk(slash == std::string::npos ? "" : prefix.substr(0, slash + 1), prefix, visit);
    }

    void Delete(const std::string& key) override {
        const fs::path path = PathOf(key);
        if (::unlink(path.c_str()) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return;
            ThrowErrno("delete", key, path, errno);
        }
        for (fs::path folder = path.parent_path(); folder != root_ && ::rmdir(folder.c_str()) == 0;)
            folder = folder.parent_path();
    }

    std::string Presign(const std::string& key, Time expires) override {
        CheckKey(key);
        const auto seconds = std::chrono::floor<std::chrono::seconds>(expires.time_since_epoch()).count();
        return fmt::format("/objects/{}?expires={}&signature={}", net::PercentEncode(key), seconds,
                           signer_.Sign("GET", key, seconds));
    }

    bool Honours(const std::string& key, int64_t expires_s, std::string_view signature) override {
        return signer_.IsRight("GET", key, expires_s, signature);
    }

    fs::path ScratchFolder() override { return scratch_; }

  private:
    fs::path PathOf(const std::string& key) const {
        CheckKey(key);
        if (key.starts_with(kScratch))
            throw Error(ErrorCode::kInvalidInput, "an object key must not begin with '.tmp'");
        return root_ / key;
    }

    fs::path TemporaryFile() const { return scratch_ / ("put_" + RandomHex(12)); }

    /// A neighbour's Delete may sweep the folder away between its making and the rename: then once more.
    void MoveIn(const fs::path& from, const fs::path& target, const std::string& key) {
        int why = ENOENT;
        for (int i = 0; i < kRenameTries && why == ENOENT; ++i) {
            MakeFolders(target.parent_path(), root_, key);
            why = ::rename(from.c_str(), target.c_str()) == 0 ? 0 : errno;
        }
        if (why != 0) {
            ::unlink(from.c_str());
            ThrowErrno("write", key, target, why == ENOENT ? EIO : why);
        }
        Sync(target.parent_path(), key);
    }

    static std::optional<ObjectInfo> StatFile(const fs::path& path, const std::string& key) {
        struct stat info{};
        if (::stat(path.c_str(), &info) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
            ThrowErrno("look at", key, path, errno);
        }
        if (!S_ISREG(info.st_mode)) return std::nullopt;
        return ObjectInfo{key, info.st_size, ModifiedAt(info)};
    }

    /// `folder` is empty or ends in a slash. What vanishes while we look was not there.
    void Walk(const std::string& folder, const std::string& prefix,
              const std::function<void(const ObjectInfo&)>& visit) const {
        std::error_code failed;
        for (fs::directory_iterator it(root_ / folder, failed), end; !failed && it != end; it.increment(failed)) {
            const std::string key = folder + it->path().filename().string();
            if (folder.empty() && key == kScratch) continue;
            std::error_code gone;
            if (it->is_directory(gone)) {
                const std::string inner = key + '/';
                if (inner.starts_with(prefix) || prefix.starts_with(inner)) Walk(inner, prefix, visit);
            } else if (key.starts_with(prefix)) {
                if (const auto info = StatFile(it->path(), key)) visit(*info);
            }
        }
        if (failed && failed != std::errc::no_such_file_or_directory && failed != std::errc::not_a_directory)
            ThrowErrno("list", prefix, root_ / folder, failed.value());
    }

    void ClearLeftovers() const {
        std::error_code failed;
        for (fs::directory_iterator it(scratch_, failed), end; !failed && it != end; it.increment(failed)) {
            std::error_code gone;
            const auto modified = it->last_write_time(gone);
            if (!gone && fs::file_time_type::clock::now() - modified > kLeftoverAge) fs::remove_all(it->path(), gone);
        }
    }

    fs::path root_;
    fs::path scratch_;
    UrlSigner signer_;
};

}  // namespace

std::unique_ptr<ObjectStore> OpenFolder(const fs::path& root, const fs::path& url_secret) {
    return std::make_unique<FolderStore>(root, url_secret);
}

}  // namespace dagy::objects
