/// GuidanceStore on SQLite.
#pragma once

#include "store/guidance_store.h"
#include "store/sqlite/connections.h"

namespace dagy::store::sqlite {

class SqliteGuidanceStore final : public GuidanceStore {
  public:
    explicit SqliteGuidanceStore(Connections& connections) : connections_(connections) {}

    std::optional<Guidance> Current(const std::string& org) override;
    int64_t CurrentVersion(const std::string& org) override;
    std::optional<Guidance> Find(const std::string& org, int64_t version) override;
    Guidance Put(const std::string& org, const std::string& yaml, const std::string& author, Time now,
                 const AuditEntry& audit) override;

  private:
    Connections& connections_;
};

}  // namespace dagy::store::sqlite
