#include "identity/api_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/hash.h"
#include "base/ids.h"
#include "identity/secrets.h"

namespace dagy::identity {
namespace {

std::vector<std::string> ScopesWithin(const Identity& maker, const std::vector<std::string>& wanted) {
    // A maker that is itself limited passes its limits on.
    if (wanted.empty()) return maker.scopes;
    for (const std::string& scope : wanted) {
        const auto permission = ParsePermission(scope);
        if (!permission)
            throw Error(ErrorCode::kInvalidInput, fmt::format("`{}` is not a permission", scope),
                        "see the scopes in /openapi.json");
        if (!maker.May(*permission))
            throw Error(ErrorCode::kForbidden, fmt::format("you may not give `{}`: you do not have it", scope));
    }
    return wanted;
}

std::string RoleWithinMaker(const Identity& maker, const std::string& wanted) {
    if (wanted.empty()) return maker.role;
    if (!IsRole(wanted))
        throw Error(ErrorCode::kInvalidInput, fmt::format("`{}` is not a role", wanted),
                    "roles: owner, admin, developer, viewer");
    if (!RoleWithin(wanted, maker.role))
        throw Error(ErrorCode::kForbidden, fmt::format("you may not give the role `{}`", wanted));
    return wanted;
}

}  // namespace

MadeKey ApiKeys::Make(const Identity& maker, const NewKey& wanted, const Origin& origin) {
    const Time now = clock_.Now();
    if (wanted.expires_at && *wanted.expires_at <= now)
        throw Error(ErrorCode::kInvalidInput, "`expires_at` is in the past");
    MadeKey made;
    made.secret = NewSecret("dagy_sk_");
    made.credential = {.id = NewId("key_", now),
                       .kind = "api_key",
                       .org = maker.org,
                       .user = maker.user,
                       .role = RoleWithinMaker(maker, wanted.role),
                       .scopes = ScopesWithin(maker, wanted.scopes),
                       .name = wanted.name,
                       .prefix = DisplayPrefix(made.secret),
                       .sha256 = Sha256Hex(made.secret),
                       .created_at = now,
                       .expires_at = wanted.expires_at};
    store::AuditEntry audit = MakeAudit(maker, origin, now, "api_key", made.credential.id, "create");
    audit.after = {{"name", wanted.name}, {"role", made.credential.role}, {"prefix", made.credential.prefix}};
    identities_.AddCredential(made.credential, audit);
    return made;
}

std::vector<store::Credential> ApiKeys::List(const Identity& who) {
    return identities_.Credentials(who.org, "api_key");
}

bool ApiKeys::Remove(const Identity& who, const std::string& id, const Origin& origin) {
    const auto keys = List(who);
    if (std::ranges::find(keys, id, &store::Credential::id) == keys.end()) return false;
    return identities_.RemoveCredential(who.org, id, MakeAudit(who, origin, clock_.Now(), "api_key", id, "delete"));
}

}  // namespace dagy::identity
