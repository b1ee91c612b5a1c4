/// From a password, a link or a secret to an identity, and back out again.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "identity/identity.h"
#include "store/identity_store.h"

namespace dagy::identity {

struct SignInOptions {
    std::chrono::seconds access_token_ttl{86400};
    std::chrono::seconds session_ttl{7 * 86400};
    std::chrono::seconds link_ttl{3600};
};

/// A secret that was just made; the only moment at which it can be read.
struct Granted {
    std::string secret;
    Time expires_at{};
    Identity identity;
};

/// Thread-safe.
class SignIn {
  public:
    SignIn(store::IdentityStore& identities, const Clock& clock, SignInOptions options = {});

    /// Makes `secret` stand for `who` in this process, for as long as it lives; no store learns of it. Before the first
    /// request only.
    void Lend(const std::string& secret, Identity who);

    /// Who an API key or access token stands for; nothing for an unknown, expired or other kind of secret.
    std::optional<Identity> FromBearer(const std::string& secret) const;
    /// Who a session cookie stands for.
    std::optional<Identity> FromSession(const std::string& secret) const;

    /// `kind`: access_token or session. Throws kUnauthorized, the same and as slowly for an unknown address as for a
    /// wrong password; audited.
    Granted WithPassword(const std::string& email, std::string_view password, std::string_view kind,
                         const Origin& origin);
    /// A session for whoever holds an API key or access token. Throws kUnauthorized.
    Granted SessionFromBearer(const std::string& secret, const Origin& origin);

    /// A secret that signs `owner` in once: `/signin?link=…`.
    std::string NewLink(const Identity& owner);
    /// The session that the link stands for; nothing if it was used, is too old, or never was.
    std::optional<Granted> WithLink(const std::string& secret, const Origin& origin);

    /// Ends the access token or session that `who` came with; an API key stays (remove it by DELETE /api-keys).
    void Out(const Identity& who, const Origin& origin);

  private:
    std::optional<Identity> Find(const std::string& secret, std::string_view kind, std::string_view other_kind) const;
    Granted Grant(const Identity& who, std::string_view kind, const Origin& origin, std::string_view action);

    store::IdentityStore& identities_;
    const Clock& clock_;
    SignInOptions options_;
    std::map<std::string, Identity> lent_;  ///< by SHA-256
};

}  // namespace dagy::identity
