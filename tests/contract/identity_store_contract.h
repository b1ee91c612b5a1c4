/// What every IdentityStore does.
#pragma once

#include <thread>

#include "contract/store_contract.h"

namespace dagy::store {

class IdentityStoreContract : public StoreContract {
  protected:
    IdentityStore& identity() { return store().identity(); }
    static AuditEntry Did(const std::string& action) {
        return {.org = "org_a", .at = At("2026-06-01T00:00:00Z"), .action = action};
    }
    static Credential Key(const std::string& id, const std::string& sha, std::optional<Time> expires = {}) {
        return {.id = id,
                .kind = "api_key",
                .org = "org_a",
                .user = "usr_a",
                .role = "viewer",
                .scopes = {"runs.read"},
                .name = "n",
                .prefix = "dagy_sk_ab",
                .sha256 = sha,
                .created_at = At("2026-06-01T00:00:00Z"),
                .expires_at = expires};
    }
    bool Bootstrap(IdentityStore& into, const std::string& org = "org_a") {
        return into.Bootstrap(
            {org, "A", "dep_a"}, {.id = "dep_a", .org = org, .name = "local"},
            {.id = "usr_a", .org = org, .email = "Owner@Example.org", .role = "owner", .password_hash = "h"},
            Key("key_a", "sha_a"), Did("bootstrap"));
    }
};

TEST_P(IdentityStoreContract, BootstrapHappensOnce) {
    EXPECT_TRUE(Bootstrap(identity()));
    EXPECT_FALSE(Bootstrap(identity(), "org_second"));
    ASSERT_EQ(identity().Organizations().size(), 1u);
    EXPECT_EQ(identity().FindOrganization("org_a")->default_deployment, "dep_a");
    EXPECT_FALSE(identity().FindOrganization("org_second"));
    EXPECT_EQ(identity().Deployments("org_a").at(0).criticality, "normal");
    EXPECT_EQ(identity().FindUserByEmail("owner@example.ORG")->id, "usr_a");
    EXPECT_EQ(identity().Users("org_a").at(0).password_hash, "h");
    EXPECT_EQ(identity().AuditEntries("org_a", 10).size(), 1u);
}

TEST_P(IdentityStoreContract, TwoFirstStartsMakeOneOrganization) {
    const auto second = holder_->Second();
    bool one = false, other = false;
    {
        std::jthread a([&] { one = Bootstrap(identity()); });
        std::jthread b([&] { other = Bootstrap(second->identity()); });
    }
    EXPECT_NE(one, other);
}

TEST_P(IdentityStoreContract, AKeyIsFoundByItsHashUntilItExpires) {
    Bootstrap(identity());
    identity().AddCredential(Key("key_b", "sha_b", At("2026-06-02T00:00:00Z")), Did("key.create"));
    const auto found = identity().FindCredential("sha_b", At("2026-06-01T23:59:59Z"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->scopes, std::vector<std::string>{"runs.read"});
    EXPECT_EQ(found->prefix, "dagy_sk_ab");
    EXPECT_EQ(found->org, "org_a");
    EXPECT_FALSE(identity().FindCredential("sha_b", At("2026-06-02T00:00:00Z")));
    EXPECT_TRUE(identity().FindCredential("sha_a", At("2099-01-01T00:00:00Z"))) << "it never expires";
    EXPECT_EQ(identity().Credentials("org_a", "api_key").size(), 2u);
    EXPECT_TRUE(identity().Credentials("org_a", "session").empty());
}

TEST_P(IdentityStoreContract, AKeyOfAnotherOrganizationCannotBeRemoved) {
    Bootstrap(identity());
    EXPECT_FALSE(identity().RemoveCredential("org_b", "key_a", Did("key.delete")));
    EXPECT_TRUE(identity().FindCredential("sha_a", clock_.Now()));
    EXPECT_TRUE(identity().RemoveCredential("org_a", "key_a", Did("key.delete")));
    EXPECT_FALSE(identity().RemoveCredential("org_a", "key_a", Did("key.delete")));
    EXPECT_FALSE(identity().FindCredential("sha_a", clock_.Now()));
    EXPECT_EQ(identity().AuditEntries("org_a", 10).size(), 2u) << "only what happened is audited";
}

TEST_P(IdentityStoreContract, ALinkWorksOnce) {
    identity().AddCredential(Key("key_l", "sha_l"), Did("link"));
    std::vector<int> taken(4, 0);
    {
        std::vector<std::jthread> all;
        for (int& mine : taken)
            all.emplace_back([&] { mine = identity().TakeCredential("sha_l", clock_.Now()) ? 1 : 0; });
    }
    EXPECT_EQ(taken[0] + taken[1] + taken[2] + taken[3], 1);
}

TEST_P(IdentityStoreContract, NamesAreTakenOnce) {
    Bootstrap(identity());
    const User twin{.id = "usr_b", .org = "org_a", .email = "OWNER@example.org", .role = "viewer"};
    EXPECT_EQ(CodeOf([&] { identity().AddUser(twin, Did("user.add")); }), ErrorCode::kConflict);
    EXPECT_EQ(identity().AuditEntries("org_a", 10).size(), 1u);
    EXPECT_EQ(CodeOf([&] { identity().AddDeployment({.id = "dep_a", .org = "org_a"}, Did("x")); }),
              ErrorCode::kConflict);
    identity().AddDeployment({.id = "dep_b", .org = "org_a", .name = "prod", .criticality = "high"},
                             Did("deployment.add"));
    EXPECT_EQ(identity().Deployments("org_a").size(), 2u);
}

TEST_P(IdentityStoreContract, TheAuditTrailIsNewestFirst) {
    for (const char* action : {"one", "two", "three"}) {
        AuditEntry entry = Did(action);
        entry.before = {{"a", 1}};
        identity().Audit(entry);
    }
    const auto entries = identity().AuditEntries("org_a", 2);
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].action, "three");
    EXPECT_EQ(entries[0].before.at("a"), 1);
    EXPECT_TRUE(identity().AuditEntries("org_b", 2).empty());
}

TEST_P(IdentityStoreContract, TheCheckWritesAndReadsBack) {
    EXPECT_NO_THROW(store().Check());
}

}  // namespace dagy::store
