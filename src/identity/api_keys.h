/// API keys: made, listed, removed. A key never may more than its maker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "identity/identity.h"
#include "store/identity_store.h"

namespace dagy::identity {

struct NewKey {
    std::string name;
    std::string role;                 ///< empty: the maker's
    std::vector<std::string> scopes;  ///< empty: the maker's
    std::optional<Time> expires_at;
};

struct MadeKey {
    store::Credential credential;
    std::string secret;  ///< shown once
};

/// Thread-safe.
class ApiKeys {
  public:
    ApiKeys(store::IdentityStore& identities, const Clock& clock) : identities_(identities), clock_(clock) {}

    /// kInvalidInput for an unknown role or scope or a past expiry; kForbidden for more than `maker` may.
    MadeKey Make(const Identity& maker, const NewKey& wanted, const Origin& origin);
    /// The organization's keys; without their secrets, which nobody has.
    std::vector<store::Credential> List(const Identity& who);
    /// False if the organization has no such key.
    bool Remove(const Identity& who, const std::string& id, const Origin& origin);

  private:
    store::IdentityStore& identities_;
    const Clock& clock_;
};

}  // namespace dagy::identity
