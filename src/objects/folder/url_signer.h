/// Grants that a URL can carry: who has it may read one object for a while.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

namespace dagy::objects {

/// HMAC (RFC 2104) with SHA-256 as 64 lower-case hex digits.
std::string HmacSha256Hex(std::string_view key, std::string_view message);

/// Signs with a secret of its own that is kept in a file only its owner may read. Thread-safe.
class UrlSigner {
  public:
    /// The file is made with a new secret when something is first signed or checked; of several processes at once, one
    /// makes it. An empty path: nothing can be signed.
    explicit UrlSigner(std::filesystem::path secret_file) : file_(std::move(secret_file)) {}

    /// Throws kUnavailable without a file, kStorage if it cannot be made or read.
    std::string Sign(std::string_view method, std::string_view key, int64_t expires_s);
    /// In time that does not depend on where a wrong signature differs.
    bool IsRight(std::string_view method, std::string_view key, int64_t expires_s, std::string_view signature);

  private:
    const std::string& Secret();

    const std::filesystem::path file_;
    std::mutex mutex_;
    std::string secret_;
};

}  // namespace dagy::objects
