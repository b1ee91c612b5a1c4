#include "identity/secrets.h"

#include <sodium.h>

#include <array>
#include <semaphore>

#include "base/error.h"
#include "base/ids.h"

namespace dagy::identity {
namespace {

/// 64 MiB each: without a bound, a burst of log-ins would take all the memory there is.
std::counting_semaphore<2>& HashingTurns() {
    static std::counting_semaphore<2> turns(2);
    return turns;
}

class Turn {
  public:
    Turn() { HashingTurns().acquire(); }
    ~Turn() { HashingTurns().release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
};

void StartSodium() {
    static const int started = sodium_init();
    if (started < 0) throw Error(ErrorCode::kInternal, "the cryptography library does not start");
}

}  // namespace

std::string HashPassword(std::string_view password) {
    StartSodium();
    const Turn turn;
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw Error(ErrorCode::kUnavailable, "not enough memory to check a password now", "try again in a moment");
    }
    return hash.data();
}

bool PasswordMatches(const std::string& hash, std::string_view password) {
    StartSodium();
    const Turn turn;
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string NewSecret(std::string_view prefix) {
    return std::string(prefix) + RandomHex(24);
}

std::string DisplayPrefix(const std::string& secret) {
    return secret.substr(0, secret.rfind('_') + 1 + 6);
}

}  // namespace dagy::identity
