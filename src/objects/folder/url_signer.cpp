#include "objects/folder/url_signer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/hash.h"
#include "base/ids.h"
#include "objects/folder/files.h"

namespace dagy::objects {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlockBytes = 64;  // of SHA-256
constexpr size_t kSecretBytes = 32;
constexpr const char* kSecretName = "the secret of download URLs";

std::string FromHex(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::string bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes.push_back(static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1])));
    return bytes;
}

std::string Padded(std::string_view key, unsigned char pad) {
    std::string block(key);
    block.resize(kBlockBytes);
    for (char& c : block) c = static_cast<char>(static_cast<unsigned char>(c) ^ pad);
    return block;
}

/// Written aside and linked into place, so that nobody ever reads half a secret; false if another one was first.
bool MakeFile(const fs::path& file) {
    const fs::path fresh = file.string() + "." + RandomHex(8);
    const int handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (handle < 0) ThrowErrno("make", kSecretName, fresh, errno);
    const std::string secret = RandomHex(kSecretBytes);
    const bool written = ::write(handle, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size());
    const int why = written && ::fsync(handle) == 0 ? 0 : errno;
    ::close(handle);
    const int link_failed = why == 0 && ::link(fresh.c_str(), file.c_str()) != 0 ? errno : 0;
    ::unlink(fresh.c_str());
    if (why != 0) ThrowErrno("write", kSecretName, file, why);
    if (link_failed != 0 && link_failed != EEXIST) ThrowErrno("make", kSecretName, file, link_failed);
    if (link_failed == 0) Sync(file.parent_path(), kSecretName);
    return link_failed == 0;
}

}  // namespace

std::string HmacSha256Hex(std::string_view key, std::string_view message) {
    const std::string short_key = key.size() > kBlockBytes ? FromHex(Sha256Hex(key)) : std::string(key);
    Sha256 inner, outer;
    inner.Add(Padded(short_key, 0x36));
    inner.Add(message);
    outer.Add(Padded(short_key, 0x5c));
    outer.Add(FromHex(inner.Hex()));
    return outer.Hex();
}

std::string UrlSigner::Sign(std::string_view method, std::string_view key, int64_t expires_s) {
    // None of the parts but the last can hold a line end (keys are percent-encoded), so that they cannot be shifted.
    return HmacSha256Hex(Secret(), fmt::format("{}\n{}\n{}", method, expires_s, key));
}

bool UrlSigner::IsRight(std::string_view method, std::string_view key, int64_t expires_s, std::string_view signature) {
    const std::string right = Sign(method, key, expires_s);
    unsigned difference = right.size() == signature.size() ? 0 : 1;
    for (size_t i = 0; i < right.size() && i < signature.size(); ++i)
        difference |= static_cast<unsigned char>(right[i]) ^ static_cast<unsigned char>(signature[i]);
    return difference == 0;
}

const std::string& UrlSigner::Secret() {
    const std::lock_guard lock(mutex_);
    if (!secret_.empty()) return secret_;
    if (file_.empty()) throw Error(ErrorCode::kUnavailable, "this object store makes no download URLs");
    if (!fs::exists(file_)) MakeFile(file_);
    std::string read = ReadWholeFile(file_, kSecretName);
    if (read.size() < 2 * kSecretBytes)
        throw Error(ErrorCode::kStorage, "the secret of download URLs is damaged",
                    "delete the file url_secret in the data folder; URLs handed out before stop working");
    secret_ = std::move(read);
    return secret_;
}

}  // namespace dagy::objects
