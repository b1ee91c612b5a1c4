#include "store/sqlite/guidance.h"

#include "store/sqlite/identity.h"

namespace dagy::store::sqlite {
namespace {

std::optional<Guidance> ReadOne(Statement& row) {
    if (!row.Step()) return std::nullopt;
    Guidance guidance;
    row.Read(guidance.org, guidance.version, guidance.yaml, guidance.author, guidance.at);
    return guidance;
}

std::optional<Guidance> Newest(Database& database, const std::string& org) {
    Statement row(database,
                  "SELECT org, version, yaml, author, at FROM guidance WHERE org = ? ORDER BY version DESC LIMIT 1",
                  org);
    return ReadOne(row);
}

}  // namespace

std::optional<Guidance> SqliteGuidanceStore::Current(const std::string& org) {
    return connections_.Read([&](Database& database) { return Newest(database, org); });
}

int64_t SqliteGuidanceStore::CurrentVersion(const std::string& org) {
    return connections_.Read([&](Database& database) {
        return Statement(database, "SELECT coalesce(max(version), 0) FROM guidance WHERE org = ?", org).Number();
    });
}

std::optional<Guidance> SqliteGuidanceStore::Find(const std::string& org, int64_t version) {
    return connections_.Read([&](Database& database) {
        Statement row(database, "SELECT org, version, yaml, author, at FROM guidance WHERE org = ? AND version = ?",
                      org, version);
        return ReadOne(row);
    });
}

Guidance SqliteGuidanceStore::Put(const std::string& org, const std::string& yaml, const std::string& author, Time now,
                                  const AuditEntry& audit) {
    Guidance put;
    connections_.WriteIf([&](Database& database) {
        auto newest = Newest(database, org);
        if (newest && newest->yaml == yaml) {
            put = *std::move(newest);
            return false;
        }
        put = {org, newest ? newest->version + 1 : 1, yaml, author, now};
        Statement(database, "INSERT INTO guidance (org, version, yaml, author, at) VALUES (?,?,?,?,?)", put.org,
                  put.version, put.yaml, put.author, put.at)
            .Run();
        InsertAudit(database, audit);
        return true;
    });
    return put;
}

}  // namespace dagy::store::sqlite
