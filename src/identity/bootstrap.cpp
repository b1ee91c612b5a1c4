#include "identity/bootstrap.h"

#include <algorithm>

#include "base/error.h"
#include "base/hash.h"
#include "base/ids.h"
#include "identity/secrets.h"

namespace dagy::identity {

std::optional<FirstStart> Bootstrap(store::IdentityStore& identities, const Clock& clock,
                                    const std::string& owner_email) {
    if (!identities.Organizations().empty()) return std::nullopt;
    const Time now = clock.Now();
    FirstStart first{.org = NewId("org_", now),
                     .deployment = NewId("dep_", now),
                     .owner_email = owner_email,
                     .owner_password = RandomHex(12),
                     .api_key = NewSecret("dagy_sk_")};

    const store::Organization org{.id = first.org, .name = "default", .default_deployment = first.deployment};
    const store::Deployment deployment{.id = first.deployment, .org = first.org, .name = "local"};
    const store::User owner{.id = NewId("usr_", now),
                            .org = first.org,
                            .email = owner_email,
                            .role = "owner",
                            .password_hash = HashPassword(first.owner_password)};
    const store::Credential key{.id = NewId("key_", now),
                                .kind = "api_key",
                                .org = first.org,
                                .user = owner.id,
                                .role = "owner",
                                .name = "first start",
                                .prefix = DisplayPrefix(first.api_key),
                                .sha256 = Sha256Hex(first.api_key),
                                .created_at = now};
    const Identity system{.org = first.org, .user = owner_email, .role = "owner", .kind = "local"};
    store::AuditEntry audit = MakeAudit(system, {}, now, "organization", first.org, "bootstrap");
    audit.after = {{"deployment", first.deployment}, {"owner", owner_email}, {"key", key.id}};
    if (!identities.Bootstrap(org, deployment, owner, key, audit)) return std::nullopt;
    return first;
}

LocalOwner FindLocalOwner(store::IdentityStore& identities) {
    const auto organizations = identities.Organizations();
    if (organizations.empty()) {
        throw Error(ErrorCode::kNotFound, "this data folder has no organization yet",
                    "start it once with `dagy serve`");
    }
    const store::Organization& org = organizations.front();
    LocalOwner local{.identity = {.org = org.id, .role = "owner", .kind = "local"},
                     .deployment = org.default_deployment};
    const auto users = identities.Users(org.id);
    const auto owner = std::ranges::find(users, "owner", &store::User::role);
    if (owner != users.end()) local.identity.user = owner->id;
    return local;
}

}  // namespace dagy::identity
