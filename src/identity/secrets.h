/// Passwords and bearer secrets: made, kept as hashes, checked.
#pragma once

#include <string>
#include <string_view>

namespace dagy::identity {

/// argon2id with libsodium's interactive limits (64 MiB, two passes). At most two run at once in a process; others wait
/// their turn.
std::string HashPassword(std::string_view password);
/// False for a wrong password and for a hash that is none. As slow as HashPassword.
bool PasswordMatches(const std::string& hash, std::string_view password);

/// `prefix` and 48 hex digits of randomness: `dagy_sk_…`.
std::string NewSecret(std::string_view prefix);
/// The first characters, for display: never enough to guess the rest.
std::string DisplayPrefix(const std::string& secret);

}  // namespace dagy::identity
