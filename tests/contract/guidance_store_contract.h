/// What every GuidanceStore does.
#pragma once

#include <thread>

#include "contract/store_contract.h"

namespace dagy::store {

class GuidanceStoreContract : public StoreContract {
  protected:
    GuidanceStore& guidance() { return store().guidance(); }
    Guidance Put(const std::string& yaml, const std::string& org = kScope.org) {
        return guidance().Put(org, yaml, "usr_a", clock_.Now(), {.org = org, .at = clock_.Now(), .action = "put"});
    }
};

TEST_P(GuidanceStoreContract, WithoutAnyThereIsNone) {
    EXPECT_FALSE(guidance().Current(kScope.org));
    EXPECT_EQ(guidance().CurrentVersion(kScope.org), 0);
    EXPECT_FALSE(guidance().Find(kScope.org, 1));
}

TEST_P(GuidanceStoreContract, VersionsCountAndStay) {
    EXPECT_EQ(Put("- a: ü\n").version, 1);
    EXPECT_EQ(Put("- b\n").version, 2);
    EXPECT_EQ(guidance().CurrentVersion(kScope.org), 2);
    EXPECT_EQ(guidance().Current(kScope.org)->yaml, "- b\n");
    EXPECT_EQ(guidance().Current(kScope.org)->author, "usr_a");
    EXPECT_EQ(guidance().Current(kScope.org)->at, clock_.Now());
    EXPECT_EQ(guidance().Find(kScope.org, 1)->yaml, "- a: ü\n");
    EXPECT_EQ(Put("").version, 3) << "an empty text takes the rules away";
    EXPECT_EQ(guidance().Current(kScope.org)->yaml, "");
}

TEST_P(GuidanceStoreContract, TheSameTextAgainIsNoNewVersionAndNoAuditEntry) {
    Put("- a\n");
    EXPECT_EQ(Put("- a\n").version, 1);
    EXPECT_EQ(store().identity().AuditEntries(kScope.org, 10).size(), 1u);
    Put("- b\n");
    EXPECT_EQ(store().identity().AuditEntries(kScope.org, 10).size(), 2u);
}

TEST_P(GuidanceStoreContract, OrganizationsSeeTheirOwn) {
    Put("- a\n");
    EXPECT_FALSE(guidance().Current(kOtherOrg.org));
    EXPECT_FALSE(guidance().Find(kOtherOrg.org, 1));
    EXPECT_EQ(Put("- x\n", kOtherOrg.org).version, 1);
    EXPECT_EQ(guidance().Current(kScope.org)->yaml, "- a\n");
}

TEST_P(GuidanceStoreContract, TwoWritersAtOnceGetTwoVersions) {
    std::thread other([&] {
        for (int i = 0; i < 20; ++i) Put("- o" + std::to_string(i));
    });
    for (int i = 0; i < 20; ++i) Put("- m" + std::to_string(i));
    other.join();
    EXPECT_EQ(guidance().CurrentVersion(kScope.org), 40);
}

TEST_P(GuidanceStoreContract, AnotherProcessSeesIt) {
    const auto second = holder_->Second();
    Put("- a\n");
    EXPECT_EQ(second->guidance().CurrentVersion(kScope.org), 1);
}

}  // namespace dagy::store
