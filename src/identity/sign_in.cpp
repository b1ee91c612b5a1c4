#include "identity/sign_in.h"

#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/ids.h"
#include "identity/secrets.h"

namespace dagy::identity {
namespace {

constexpr size_t kSecretBytesMax = 200;

Identity IdentityOf(const store::Credential& credential) {
    return {.org = credential.org,
            .user = credential.user,
            .role = credential.role,
            .scopes = credential.scopes,
            .credential = credential.id,
            .kind = credential.kind};
}

std::string_view PrefixOf(std::string_view kind) {
    if (kind == "access_token") return "dagy_at_";
    if (kind == "session") return "dagy_ss_";
    return "dagy_ln_";
}

/// What an unknown address is checked against, so that the time of an answer does not tell which addresses exist.
const std::string& NobodysHash() {
    static const std::string hash = HashPassword(RandomHex(16));
    return hash;
}

}  // namespace

SignIn::SignIn(store::IdentityStore& identities, const Clock& clock, SignInOptions options)
    : identities_(identities), clock_(clock), options_(options) {}

std::optional<Identity> SignIn::Find(const std::string& secret, std::string_view kind,
                                     std::string_view other_kind) const {
    if (secret.empty() || secret.size() > kSecretBytesMax) return std::nullopt;
    const auto credential = identities_.FindCredential(Sha256Hex(secret), clock_.Now());
    if (!credential || (credential->kind != kind && credential->kind != other_kind)) return std::nullopt;
    return IdentityOf(*credential);
}

void SignIn::Lend(const std::string& secret, Identity who) {
    lent_[Sha256Hex(secret)] = std::move(who);
}

std::optional<Identity> SignIn::FromBearer(const std::string& secret) const {
    if (!lent_.empty()) {
        const auto lent = lent_.find(Sha256Hex(secret));
        if (lent != lent_.end()) return lent->second;
    }
    return Find(secret, "api_key", "access_token");
}

std::optional<Identity> SignIn::FromSession(const std::string& secret) const {
    return Find(secret, "session", "session");
}

Granted SignIn::WithPassword(const std::string& email, std::string_view password, std::string_view kind,
                             const Origin& origin) {
    const auto user = identities_.FindUserByEmail(email);
    const bool right = PasswordMatches(user ? user->password_hash : NobodysHash(), password) && user;
    if (!right) {
        if (user) {
            const Identity claimed{.org = user->org, .user = email, .kind = "password"};
            identities_.Audit(MakeAudit(claimed, origin, clock_.Now(), "user", user->id, "login_failed"));
        }
        throw Error(ErrorCode::kUnauthorized, "the email address or the password is wrong");
    }
    return Grant({.org = user->org, .user = user->id, .role = user->role, .kind = "password"}, kind, origin, "login");
}

Granted SignIn::SessionFromBearer(const std::string& secret, const Origin& origin) {
    const auto who = FromBearer(secret);
    if (!who) throw Error(ErrorCode::kUnauthorized, "this key is unknown, was removed or has expired");
    return Grant(*who, "session", origin, "login");
}

std::string SignIn::NewLink(const Identity& owner) {
    Granted granted = Grant(owner, "link", {}, "link_created");
    return granted.secret;
}

std::optional<Granted> SignIn::WithLink(const std::string& secret, const Origin& origin) {
    if (secret.empty() || secret.size() > kSecretBytesMax) return std::nullopt;
    // Looked at before it is taken: a key or a session that somebody pastes here must not be used up.
    if (!secret.starts_with(PrefixOf("link"))) return std::nullopt;
    const auto link = identities_.TakeCredential(Sha256Hex(secret), clock_.Now());
    if (!link) return std::nullopt;
    return Grant(IdentityOf(*link), "session", origin, "login");
}

void SignIn::Out(const Identity& who, const Origin& origin) {
    if (who.kind == "api_key") {
        throw Error(ErrorCode::kConflict, "an API key has no session to end",
                    "remove the key with DELETE /api-keys/{key_id}");
    }
    identities_.RemoveCredential(who.org, who.credential,
                                 MakeAudit(who, origin, clock_.Now(), who.kind, who.credential, "logout"));
}

Granted SignIn::Grant(const Identity& who, std::string_view kind, const Origin& origin, std::string_view action) {
    const Time now = clock_.Now();
    const auto ttl = kind == "access_token" ? options_.access_token_ttl
                     : kind == "session"    ? options_.session_ttl
                                            : options_.link_ttl;
    Granted granted{.secret = NewSecret(PrefixOf(kind)), .expires_at = now + ttl, .identity = who};
    store::Credential credential{.id = NewId("key_", now),
                                 .kind = std::string(kind),
                                 .org = who.org,
                                 .user = who.user,
                                 .role = who.role,
                                 .scopes = who.scopes,
                                 .prefix = DisplayPrefix(granted.secret),
                                 .sha256 = Sha256Hex(granted.secret),
                                 .created_at = now,
                                 .expires_at = granted.expires_at};
    granted.identity.credential = credential.id;
    granted.identity.kind = credential.kind;
    identities_.AddCredential(credential,
                              MakeAudit(who, origin, now, credential.kind, credential.id, std::string(action)));
    return granted;
}

}  // namespace dagy::identity
