/// What may be done, and which role may do it. One table; the router and the key maker both ask it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::identity {

/// `<area>.<verb>`, as in http.md.
enum class Permission {
    kFlowsRead,
    kFlowsWrite,
    kRunsRead,
    kRunsTrigger,
    kRunsCancel,
    kRunsIngest,
    kDiagnosisRead,
    kDiagnosisRun,
    kSchedulesRead,
    kSchedulesWrite,
    kSecretsRead,
    kSecretsWrite,
    kNotificationsRead,
    kNotificationsWrite,
    kAdminGuidance,
    kAdminAudit,
    kAdminMembers,
    kAdminKeys,
    kBillingWrite,
};

/// `runs.read` …
std::string_view Name(Permission permission);
std::optional<Permission> ParsePermission(std::string_view name);
const std::vector<Permission>& AllPermissions();

/// `owner admin developer viewer`; an unknown role may do nothing.
bool RoleMay(std::string_view role, Permission permission);
bool IsRole(std::string_view role);

/// A role that may do nothing which `other` may not.
bool RoleWithin(std::string_view role, std::string_view other);

}  // namespace dagy::identity
