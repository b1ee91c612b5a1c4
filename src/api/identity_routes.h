/// Signing in and out, API keys, who am I.
#pragma once

#include "api/route_table.h"
#include "base/time.h"
#include "identity/api_keys.h"
#include "identity/sign_in.h"
#include "store/identity_store.h"

namespace dagy::api {

/// What is handed in outlives the table.
void AddIdentityRoutes(RouteTable& table, identity::SignIn& sign_in, identity::ApiKeys& keys,
                       store::IdentityStore& identities, const Clock& clock);

/// The cookie that a browser's session lives in.
inline constexpr std::string_view kSessionCookie = "dagy_session";

}  // namespace dagy::api
