/// Who is asking: what a bearer secret or a session stands for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "identity/permissions.h"
#include "store/identity_store.h"

namespace dagy::identity {

struct Identity {
    std::string org;  ///< the tenant; everything that this identity sees is inside
    std::string user;
    std::string role;
    std::vector<std::string> scopes;  ///< empty: all that the role may do
    std::string credential;           ///< `key_…`; empty for the local owner
    std::string kind;                 ///< api_key | access_token | session | local

    /// The role may, and the scopes (if there are any) name it.
    bool May(Permission permission) const;
    /// The secret came in a cookie, which a browser also sends when another site's page asks it to.
    bool FromCookie() const { return kind == "session"; }
};

/// Where a request came from, for the audit trail.
struct Origin {
    std::string ip_address;
    std::string user_agent;
    std::string request_id;
};

/// An entry about `what` done by `who`; the caller adds before and after.
store::AuditEntry MakeAudit(const Identity& who, const Origin& origin, Time now, std::string resource_type,
                            std::string resource_id, std::string action);

}  // namespace dagy::identity
