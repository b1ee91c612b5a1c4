#include "store/sqlite/identity.h"

#include <fmt/format.h>

#include "base/error.h"

namespace dagy::store::sqlite {
namespace {

constexpr std::string_view kCredentialColumns =
    "id, kind, org, user, role, scopes, name, prefix, sha256, created_at, expires_at";

/// Refuses by name what the unique index would refuse without one.
void Insert(Statement& statement, Database& database, std::string_view what, std::string_view name) {
    statement.Run();
    if (database.Changes() == 0)
        throw Error(ErrorCode::kConflict, fmt::format("there is already {} '{}'", what, name), "choose another");
}

void InsertOrganization(Database& database, const Organization& org) {
    Statement row(database, "INSERT OR IGNORE INTO organizations (id, name, default_deployment) VALUES (?,?,?)", org.id,
                  org.name, org.default_deployment);
    Insert(row, database, "an organization", org.id);
}

void InsertDeployment(Database& database, const Deployment& deployment) {
    Statement row(database, "INSERT OR IGNORE INTO deployments (id, org, name, criticality) VALUES (?,?,?,?)",
                  deployment.id, deployment.org, deployment.name, deployment.criticality);
    Insert(row, database, "a deployment", deployment.id);
}

void InsertUser(Database& database, const User& user) {
    Statement row(database, "INSERT OR IGNORE INTO users (id, org, email, role, password_hash) VALUES (?,?,?,?,?)",
                  user.id, user.org, user.email, user.role, user.password_hash);
    Insert(row, database, "a user", user.email);
}

void InsertCredential(Database& database, const Credential& c) {
    const std::string scopes = json::serialize(json::array(c.scopes.begin(), c.scopes.end()));
    static const std::string kSql =
        "INSERT OR IGNORE INTO credentials (" + std::string(kCredentialColumns) + ") VALUES (?,?,?,?,?,?,?,?,?,?,?)";
    Statement row(database, kSql, c.id, c.kind, c.org, c.user, c.role, scopes, c.name, c.prefix, c.sha256, c.created_at,
                  c.expires_at);
    Insert(row, database, "a key", c.id);
}

}  // namespace

void InsertAudit(Database& database, const AuditEntry& e) {
    Statement(database,
              "INSERT INTO audit (org, at, resource_type, resource_id, action, actor_email, actor_type, ip_address, "
              "user_agent, request_id, "
              "before, after) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
              e.org, e.at, e.resource_type, e.resource_id, e.action, e.actor_email, e.actor_type, e.ip_address,
              e.user_agent, e.request_id, e.before, e.after)
        .Run();
}

namespace {

Credential ReadCredential(const Statement& row) {
    Credential c;
    std::string scopes;
    row.Read(c.id, c.kind, c.org, c.user, c.role, scopes, c.name, c.prefix, c.sha256, c.created_at, c.expires_at);
    const json::value all = ParseJson(scopes, "the scopes of a stored key");
    for (const json::value& scope : all.as_array()) c.scopes.emplace_back(scope.as_string());
    return c;
}

std::optional<Credential> FindBySha(Database& database, const std::string& sha256, Time now) {
    static const std::string kSql = "SELECT " + std::string(kCredentialColumns) +
                                    " FROM credentials WHERE sha256 = ? AND (expires_at IS NULL OR expires_at > ?)";
    Statement row(database, kSql, sha256, now);
    return row.Step() ? std::optional(ReadCredential(row)) : std::nullopt;
}

Organization ReadOrganization(const Statement& row) {
    Organization org;
    row.Read(org.id, org.name, org.default_deployment);
    return org;
}

User ReadUser(const Statement& row) {
    User user;
    row.Read(user.id, user.org, user.email, user.role, user.password_hash);
    return user;
}

}  // namespace

std::vector<Organization> SqliteIdentityStore::Organizations() {
    return connections_.Read([](Database& database) {
        std::vector<Organization> all;
        Statement rows(database, "SELECT id, name, default_deployment FROM organizations ORDER BY id");
        while (rows.Step()) all.push_back(ReadOrganization(rows));
        return all;
    });
}

std::optional<Organization> SqliteIdentityStore::FindOrganization(const std::string& id) {
    return connections_.Read([&](Database& database) {
        Statement row(database, "SELECT id, name, default_deployment FROM organizations WHERE id = ?", id);
        return row.Step() ? std::optional(ReadOrganization(row)) : std::nullopt;
    });
}

std::vector<Deployment> SqliteIdentityStore::Deployments(const std::string& org) {
    return connections_.Read([&](Database& database) {
        std::vector<Deployment> all;
        Statement rows(database, "SELECT id, org, name, criticality FROM deployments WHERE org = ? ORDER BY id", org);
        while (rows.Step()) {
            Deployment& deployment = all.emplace_back();
            rows.Read(deployment.id, deployment.org, deployment.name, deployment.criticality);
        }
        return all;
    });
}

std::vector<User> SqliteIdentityStore::Users(const std::string& org) {
    return connections_.Read([&](Database& database) {
        std::vector<User> all;
        Statement rows(database, "SELECT id, org, email, role, password_hash FROM users WHERE org = ? ORDER BY id",
                       org);
        while (rows.Step()) all.push_back(ReadUser(rows));
        return all;
    });
}

std::optional<User> SqliteIdentityStore::FindUserByEmail(const std::string& email) {
    return connections_.Read([&](Database& database) {
        Statement row(database, "SELECT id, org, email, role, password_hash FROM users WHERE email = ?", email);
        return row.Step() ? std::optional(ReadUser(row)) : std::nullopt;
    });
}

bool SqliteIdentityStore::Bootstrap(const Organization& org, const Deployment& deployment, const User& owner,
                                    const Credential& key, const AuditEntry& audit) {
    bool done = false;
    connections_.WriteIf([&](Database& database) {
        if (Statement(database, "SELECT count(*) FROM organizations").Number() > 0) return false;
        InsertOrganization(database, org);
        InsertDeployment(database, deployment);
        InsertUser(database, owner);
        InsertCredential(database, key);
        InsertAudit(database, audit);
        return done = true;
    });
    return done;
}

void SqliteIdentityStore::AddOrganization(const Organization& org, const Deployment& deployment,
                                          const AuditEntry& audit) {
    connections_.Write([&](Database& database) {
        InsertOrganization(database, org);
        InsertDeployment(database, deployment);
        InsertAudit(database, audit);
    });
}

void SqliteIdentityStore::AddDeployment(const Deployment& deployment, const AuditEntry& audit) {
    connections_.Write([&](Database& database) {
        InsertDeployment(database, deployment);
        InsertAudit(database, audit);
    });
}

void SqliteIdentityStore::AddUser(const User& user, const AuditEntry& audit) {
    connections_.Write([&](Database& database) {
        InsertUser(database, user);
        InsertAudit(database, audit);
    });
}

void SqliteIdentityStore::AddCredential(const Credential& credential, const AuditEntry& audit) {
    connections_.Write([&](Database& database) {
        InsertCredential(database, credential);
        InsertAudit(database, audit);
    });
}

bool SqliteIdentityStore::RemoveCredential(const std::string& org, const std::string& id, const AuditEntry& audit) {
    bool removed = false;
    connections_.WriteIf([&](Database& database) {
        Statement(database, "DELETE FROM credentials WHERE org = ? AND id = ?", org, id).Run();
        removed = database.Changes() > 0;
        if (removed) InsertAudit(database, audit);
        return removed;
    });
    return removed;
}

std::vector<Credential> SqliteIdentityStore::Credentials(const std::string& org, const std::string& kind) {
    static const std::string kSql =
        "SELECT " + std::string(kCredentialColumns) + " FROM credentials WHERE org = ? AND kind = ? ORDER BY id";
    return connections_.Read([&](Database& database) {
        std::vector<Credential> all;
        Statement rows(database, kSql, org, kind);
        while (rows.Step()) all.push_back(ReadCredential(rows));
        return all;
    });
}

std::optional<Credential> SqliteIdentityStore::FindCredential(const std::string& sha256, Time now) {
    return connections_.Read([&](Database& database) { return FindBySha(database, sha256, now); });
}

std::optional<Credential> SqliteIdentityStore::TakeCredential(const std::string& sha256, Time now) {
    return connections_.Write([&](Database& database) {
        auto found = FindBySha(database, sha256, now);
        if (found) Statement(database, "DELETE FROM credentials WHERE sha256 = ?", sha256).Run();
        return found;
    });
}

void SqliteIdentityStore::Audit(const AuditEntry& entry) {
    connections_.Write([&](Database& database) { InsertAudit(database, entry); });
}

std::vector<AuditEntry> SqliteIdentityStore::AuditEntries(const std::string& org, size_t limit) {
    return connections_.Read([&](Database& database) {
        std::vector<AuditEntry> entries;
        Statement rows(database,
                       "SELECT org, at, resource_type, resource_id, action, actor_email, actor_type, ip_address, "
                       "user_agent, request_id, before, "
                       "after FROM audit WHERE org = ? ORDER BY id DESC LIMIT ?",
                       org, limit);
        while (rows.Step()) {
            AuditEntry& e = entries.emplace_back();
            rows.Read(e.org, e.at, e.resource_type, e.resource_id, e.action, e.actor_email, e.actor_type, e.ip_address,
                      e.user_agent, e.request_id, e.before, e.after);
        }
        return entries;
    });
}

}  // namespace dagy::store::sqlite
