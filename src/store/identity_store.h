/// Organizations, deployments, users, keys and sessions, and the denials and grants that are audited.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace dagy::store {

struct Organization {
    std::string id;  ///< `org_…`
    std::string name;
    std::string default_deployment;  ///< `dep_…`
};

struct Deployment {
    std::string id;  ///< `dep_…`
    std::string org;
    std::string name;
    std::string criticality = "normal";  ///< low | normal | high
};

struct User {
    std::string id;  ///< `usr_…`
    std::string org;
    std::string email;
    std::string role;           ///< owner | admin | developer | viewer
    std::string password_hash;  ///< argon2id
};

/// A bearer secret, known by its SHA-256 alone. kind: `api_key` (dagy_sk_), `access_token` (dagy_at_), `link` (one
/// use), `session` (cookie).
struct Credential {
    std::string id;  ///< `key_…`
    std::string kind;
    std::string org;
    std::string user;
    std::string role;
    std::vector<std::string> scopes;  ///< empty: the role's
    std::string name;
    std::string prefix;  ///< for display
    std::string sha256;
    Time created_at{};
    std::optional<Time> expires_at;
};

/// One line of the audit trail (operations.md); append-only.
struct AuditEntry {
    std::string org;
    Time at{};
    std::string resource_type, resource_id, action, actor_email, actor_type, ip_address, user_agent, request_id;
    json::object before, after;
};

/// Thread-safe. A mutation and its audit entry are one transaction.
class IdentityStore {
  public:
    virtual ~IdentityStore() = default;
    virtual std::vector<Organization> Organizations() = 0;
    virtual std::optional<Organization> FindOrganization(const std::string& id) = 0;
    virtual std::vector<Deployment> Deployments(const std::string& org) = 0;
    virtual std::vector<User> Users(const std::string& org) = 0;
    virtual std::optional<User> FindUserByEmail(const std::string& email) = 0;

    /// Organization, owner, deployment and first key together, or nothing if there is an organization already (false).
    virtual bool Bootstrap(const Organization& org, const Deployment& deployment, const User& owner,
                           const Credential& key, const AuditEntry& audit) = 0;
    virtual void AddOrganization(const Organization& org, const Deployment& deployment, const AuditEntry& audit) = 0;
    virtual void AddDeployment(const Deployment& deployment, const AuditEntry& audit) = 0;
    virtual void AddUser(const User& user, const AuditEntry& audit) = 0;
    virtual void AddCredential(const Credential& credential, const AuditEntry& audit) = 0;
    virtual bool RemoveCredential(const std::string& org, const std::string& id, const AuditEntry& audit) = 0;
    virtual std::vector<Credential> Credentials(const std::string& org, const std::string& kind) = 0;
    /// Not expired at `now`.
    virtual std::optional<Credential> FindCredential(const std::string& sha256, Time now) = 0;
    /// Finds and removes at once: a link that works once.
    virtual std::optional<Credential> TakeCredential(const std::string& sha256, Time now) = 0;

    virtual void Audit(const AuditEntry& entry) = 0;
    /// Newest first.
    virtual std::vector<AuditEntry> AuditEntries(const std::string& org, size_t limit) = 0;
};

}  // namespace dagy::store
