#include "identity/identity.h"

#include <algorithm>
#include <utility>

namespace dagy::identity {

bool Identity::May(Permission permission) const {
    if (!RoleMay(role, permission)) return false;
    return scopes.empty() || std::ranges::find(scopes, Name(permission)) != scopes.end();
}

store::AuditEntry MakeAudit(const Identity& who, const Origin& origin, Time now, std::string resource_type,
                            std::string resource_id, std::string action) {
    store::AuditEntry entry;
    entry.org = who.org;
    entry.at = now;
    entry.resource_type = std::move(resource_type);
    entry.resource_id = std::move(resource_id);
    entry.action = std::move(action);
    entry.actor_email = who.user;
    entry.actor_type = who.kind;
    entry.ip_address = origin.ip_address;
    entry.user_agent = origin.user_agent;
    entry.request_id = origin.request_id;
    return entry;
}

}  // namespace dagy::identity
