/// IdentityStore on SQLite.
#pragma once

#include "store/identity_store.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

/// Call it inside the transaction that it is about.
void InsertAudit(Database& database, const AuditEntry& entry);

class SqliteIdentityStore final : public IdentityStore {
  public:
    explicit SqliteIdentityStore(Connections& connections) : connections_(connections) {}

    std::vector<Organization> Organizations() override;
    std::optional<Organization> FindOrganization(const std::string& id) override;
    std::vector<Deployment> Deployments(const std::string& org) override;
    std::vector<User> Users(const std::string& org) override;
    std::optional<User> FindUserByEmail(const std::string& email) override;

    bool Bootstrap(const Organization& org, const Deployment& deployment, const User& owner, const Credential& key,
                   const AuditEntry& audit) override;
    void AddOrganization(const Organization& org, const Deployment& deployment, const AuditEntry& audit) override;
    void AddDeployment(const Deployment& deployment, const AuditEntry& audit) override;
    void AddUser(const User& user, const AuditEntry& audit) override;
    void AddCredential(const Credential& credential, const AuditEntry& audit) override;
    bool RemoveCredential(const std::string& org, const std::string& id, const AuditEntry& audit) override;
    std::vector<Credential> Credentials(const std::string& org, const std::string& kind) override;
    std::optional<Credential> FindCredential(const std::string& sha256, Time now) override;
    std::optional<Credential> TakeCredential(const std::string& sha256, Time now) override;

    void Audit(const AuditEntry& entry) override;
    std::vector<AuditEntry> AuditEntries(const std::string& org, size_t limit) override;

  private:
    Connections& connections_;
};

}  // namespace dagy::store::sqlite
