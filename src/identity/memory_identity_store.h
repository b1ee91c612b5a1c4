/// An identity store in memory, for tests. One lock, plain vectors.
#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/identity_store.h"

namespace dagy::identity {

class MemoryIdentityStore final : public store::IdentityStore {
    static bool Lives(const store::Credential& c, const std::string& sha256, Time now) {
        return c.sha256 == sha256 && (!c.expires_at || *c.expires_at > now);
    }
    template <class T, class Test>
    static std::vector<T> All(const std::vector<T>& from, Test test) {
        std::vector<T> found;
        std::ranges::copy_if(from, std::back_inserter(found), test);
        return found;
    }
    template <class T, class Test>
    static std::optional<T> First(const std::vector<T>& from, Test test) {
        const auto found = std::ranges::find_if(from, test);
        if (found == from.end()) return std::nullopt;
        return *found;
    }
    template <class Call>
    auto Locked(Call call) {
        const std::lock_guard lock(mutex_);
        return call();
    }

  public:
    std::vector<store::Organization> Organizations() override {
        return Locked([&] { return organizations_; });
    }
    std::optional<store::Organization> FindOrganization(const std::string& id) override {
        return Locked([&] { return First(organizations_, [&](const auto& o) { return o.id == id; }); });
    }
    std::vector<store::Deployment> Deployments(const std::string& org) override {
        return Locked([&] { return All(deployments_, [&](const auto& d) { return d.org == org; }); });
    }
    std::vector<store::User> Users(const std::string& org) override {
        return Locked([&] { return All(users_, [&](const auto& u) { return u.org == org; }); });
    }
    std::optional<store::User> FindUserByEmail(const std::string& email) override {
        return Locked([&] { return First(users_, [&](const auto& u) { return u.email == email; }); });
    }

    bool Bootstrap(const store::Organization& org, const store::Deployment& deployment, const store::User& owner,
                   const store::Credential& key, const store::AuditEntry& audit) override {
        return Locked([&] {
            if (!organizations_.empty()) return false;
            organizations_.push_back(org);
            deployments_.push_back(deployment);
            users_.push_back(owner);
            credentials_.push_back(key);
            audit_.push_back(audit);
            return true;
        });
    }
    void AddOrganization(const store::Organization& org, const store::Deployment& deployment,
                         const store::AuditEntry& audit) override {
        Locked([&] {
            organizations_.push_back(org);
            deployments_.push_back(deployment);
            audit_.push_back(audit);
        });
    }
    void AddDeployment(const store::Deployment& deployment, const store::AuditEntry& audit) override {
        Locked([&] {
            deployments_.push_back(deployment);
            audit_.push_back(audit);
        });
    }
    void AddUser(const store::User& user, const store::AuditEntry& audit) override {
        Locked([&] {
            users_.push_back(user);
            audit_.push_back(audit);
        });
    }
    void AddCredential(const store::Credential& credential, const store::AuditEntry& audit) override {
        Locked([&] {
            credentials_.push_back(credential);
            audit_.push_back(audit);
        });
    }
    bool RemoveCredential(const std::string& org, const std::string& id, const store::AuditEntry& audit) override {
        return Locked([&] {
            const bool removed =
                std::erase_if(credentials_, [&](const auto& c) { return c.org == org && c.id == id; }) > 0;
            if (removed) audit_.push_back(audit);
            return removed;
        });
    }
    std::vector<store::Credential> Credentials(const std::string& org, const std::string& kind) override {
        return Locked([&] { return All(credentials_, [&](const auto& c) { return c.org == org && c.kind == kind; }); });
    }
    std::optional<store::Credential> FindCredential(const std::string& sha256, Time now) override {
        return Locked([&] { return First(credentials_, [&](const auto& c) { return Lives(c, sha256, now); }); });
    }
    std::optional<store::Credential> TakeCredential(const std::string& sha256, Time now) override {
        return Locked([&] {
            const auto taken = First(credentials_, [&](const auto& c) { return Lives(c, sha256, now); });
            std::erase_if(credentials_, [&](const auto& c) { return c.sha256 == sha256; });
            return taken;
        });
    }
    void Audit(const store::AuditEntry& entry) override {
        Locked([&] { audit_.push_back(entry); });
    }
    std::vector<store::AuditEntry> AuditEntries(const std::string& org, size_t limit) override {
        return Locked([&] {
            auto entries = All(audit_, [&](const auto& a) { return a.org == org; });
            std::ranges::reverse(entries);
            if (entries.size() > limit) entries.resize(limit);
            return entries;
        });
    }

  private:
    std::mutex mutex_;
    std::vector<store::Organization> organizations_;
    std::vector<store::Deployment> deployments_;
    std::vector<store::User> users_;
    std::vector<store::Credential> credentials_;
    std::vector<store::AuditEntry> audit_;
};

}  // namespace dagy::identity
