#include "identity/permissions.h"

#include <algorithm>
#include <array>

namespace dagy::identity {
namespace {

/// Each role may do what the roles below it may.
enum Rank { kNobody = 0, kViewer = 1, kDeveloper = 2, kAdmin = 3, kOwner = 4 };

struct Entry {
    Permission permission;
    std::string_view name;
    Rank from;
};

constexpr std::array kTable = {
    Entry{Permission::kFlowsRead, "flows.read", kViewer},
    Entry{Permission::kFlowsWrite, "flows.write", kDeveloper},
    Entry{Permission::kRunsRead, "runs.read", kViewer},
    Entry{Permission::kRunsTrigger, "runs.trigger", kDeveloper},
    Entry{Permission::kRunsCancel, "runs.cancel", kDeveloper},
    Entry{Permission::kRunsIngest, "runs.ingest", kDeveloper},
    Entry{Permission::kDiagnosisRead, "diagnosis.read", kViewer},
    Entry{Permission::kDiagnosisRun, "diagnosis.run", kDeveloper},
    Entry{Permission::kSchedulesRead, "schedules.read", kViewer},
    Entry{Permission::kSchedulesWrite, "schedules.write", kDeveloper},
    Entry{Permission::kSecretsRead, "secrets.read", kDeveloper},
    Entry{Permission::kSecretsWrite, "secrets.write", kAdmin},
    Entry{Permission::kNotificationsRead, "notifications.read", kViewer},
    Entry{Permission::kNotificationsWrite, "notifications.write", kDeveloper},
    Entry{Permission::kAdminGuidance, "admin.guidance", kAdmin},
    Entry{Permission::kAdminAudit, "admin.audit", kAdmin},
    Entry{Permission::kAdminMembers, "admin.members", kAdmin},
    Entry{Permission::kAdminKeys, "admin.keys", kAdmin},
    Entry{Permission::kBillingWrite, "billing.write", kOwner},
};

Rank RankOf(std::string_view role) {
    if (role == "owner") return kOwner;
    if (role == "admin") return kAdmin;
    if (role == "developer") return kDeveloper;
    if (role == "viewer") return kViewer;
    return kNobody;
}

const Entry& Find(Permission permission) {
    return *std::ranges::find(kTable, permission, &Entry::permission);
}

}  // namespace

std::string_view Name(Permission permission) {
    return Find(permission).name;
}

std::optional<Permission> ParsePermission(std::string_view name) {
    const auto* found = std::ranges::find(kTable, name, &Entry::name);
    if (found == kTable.end()) return std::nullopt;
    return found->permission;
}

const std::vector<Permission>& AllPermissions() {
    static const std::vector<Permission> all = [] {
        std::vector<Permission> list;
        for (const Entry& entry : kTable) list.push_back(entry.permission);
        return list;
    }();
    return all;
}

bool RoleMay(std::string_view role, Permission permission) {
    return RankOf(role) >= Find(permission).from;
}

bool IsRole(std::string_view role) {
    return RankOf(role) != kNobody;
}

bool RoleWithin(std::string_view role, std::string_view other) {
    return RankOf(role) <= RankOf(other);
}

}  // namespace dagy::identity
