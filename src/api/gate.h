/// Who comes in: identity, origin of the request, rate, permission. Every refusal of these kinds is made here.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "api/rate_limit.h"
#include "base/time.h"
#include "identity/sign_in.h"
#include "store/identity_store.h"

namespace dagy::api {

/// Thread-safe.
class Gate {
  public:
    Gate(identity::SignIn& sign_in, store::IdentityStore& identities, const Clock& clock, RateLimitOptions rate)
        : sign_in_(sign_in), identities_(identities), clock_(clock), rate_(rate) {}

    /// Fills `call.who` and lets the call pass, or throws ProblemError: 401, 403 (audited), 429. Adds the rate limit's
    /// headers to `headers`.
    void Pass(Call& call, std::vector<std::pair<std::string, std::string>>& headers);

  private:
    std::optional<identity::Identity> Identify(const net::Request& request);
    void Meter(const Call& call, const std::string& who, std::vector<std::pair<std::string, std::string>>& headers);
    void CheckPermission(const Call& call);

    identity::SignIn& sign_in_;
    store::IdentityStore& identities_;
    const Clock& clock_;
    RateLimit rate_;
};

/// The secret of an `Authorization: Bearer` header; nothing for another scheme or none.
std::optional<std::string> BearerOf(const net::Request& request);
std::optional<std::string> CookieOf(const net::Request& request, std::string_view name);

/// True unless a page of another site made the browser send this: `Origin` (or `Sec-Fetch-Site`) against `Host`.
bool FromOwnPages(const net::Request& request);

}  // namespace dagy::api
