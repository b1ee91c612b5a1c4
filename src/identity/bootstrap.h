/// The first start of an empty store, and who the local command line is.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "identity/identity.h"
#include "store/identity_store.h"

namespace dagy::identity {

/// What is shown once and kept nowhere but as hashes.
struct FirstStart {
    std::string org;         ///< `org_…`
    std::string deployment;  ///< `dep_…`
    std::string owner_email;
    std::string owner_password;
    std::string api_key;  ///< `dagy_sk_…`
};

/// Makes organization, deployment, owner and an API key of the owner, if the store has no organization yet; else
/// nothing. Safe when several processes start at once: one of them gets the answer.
std::optional<FirstStart> Bootstrap(store::IdentityStore& identities, const Clock& clock,
                                    const std::string& owner_email = "owner@localhost");

struct LocalOwner {
    Identity identity;
    std::string deployment;  ///< the organization's default one
};

/// Whoever can read the data folder acts as the owner of the first organization. kNotFound in a store without one
/// (Bootstrap first).
LocalOwner FindLocalOwner(store::IdentityStore& identities);

}  // namespace dagy::identity
