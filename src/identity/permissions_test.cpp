#include "identity/permissions.h"

#include <gtest/gtest.h>

#include "identity/identity.h"

namespace dagy::identity {
namespace {

TEST(PermissionsTest, EveryNameReadsBackAsItself) {
    for (const Permission permission : AllPermissions())
        EXPECT_EQ(ParsePermission(Name(permission)), permission) << Name(permission);
    EXPECT_FALSE(ParsePermission("runs.fly"));
}

TEST(PermissionsTest, RolesAreAsWrittenInTheSpec) {
    EXPECT_TRUE(RoleMay("viewer", Permission::kDiagnosisRead));
    EXPECT_FALSE(RoleMay("viewer", Permission::kDiagnosisRun));
    EXPECT_TRUE(RoleMay("developer", Permission::kRunsIngest));
    EXPECT_FALSE(RoleMay("developer", Permission::kAdminKeys));
    EXPECT_TRUE(RoleMay("admin", Permission::kAdminAudit));
    EXPECT_FALSE(RoleMay("admin", Permission::kBillingWrite));
    for (const Permission permission : AllPermissions()) {
        EXPECT_TRUE(RoleMay("owner", permission));
        EXPECT_FALSE(RoleMay("", permission));
        EXPECT_FALSE(RoleMay("root", permission));
    }
}

TEST(PermissionsTest, ScopesOnlyEverNarrow) {
    const Identity reader{.org = "org_1", .role = "owner", .scopes = {"runs.read"}, .kind = "api_key"};
    EXPECT_TRUE(reader.May(Permission::kRunsRead));
    EXPECT_FALSE(reader.May(Permission::kRunsIngest));
    const Identity climber{.org = "org_1", .role = "viewer", .scopes = {"runs.ingest"}, .kind = "api_key"};
    EXPECT_FALSE(climber.May(Permission::kRunsIngest));
}

}  // namespace
}  // namespace dagy::identity
