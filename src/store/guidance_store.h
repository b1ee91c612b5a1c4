/// Organizations' own rules of diagnosis, as they were written, version by version.
#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "store/identity_store.h"

namespace dagy::store {

struct Guidance {
    std::string org;
    int64_t version = 0;  ///< counts from 1 in each organization
    std::string yaml;     ///< checked by whoever stored it
    std::string author;   ///< `usr_…`
    Time at{};
};

/// Thread-safe. Versions are only added: what a diagnosis was made with can be read again.
class GuidanceStore {
  public:
    virtual ~GuidanceStore() = default;

    /// The newest version; nothing where the organization never wrote any.
    virtual std::optional<Guidance> Current(const std::string& org) = 0;
    /// The number of the newest version, 0 for none. Cheap: asked before each diagnosis.
    virtual int64_t CurrentVersion(const std::string& org) = 0;
    virtual std::optional<Guidance> Find(const std::string& org, int64_t version) = 0;

    /// Adds the next version and its audit entry in one transaction. The text of the newest version again adds nothing:
    /// that version comes back.
    virtual Guidance Put(const std::string& org, const std::string& yaml, const std::string& author, Time now,
                         const AuditEntry& audit) = 0;
};

}  // namespace dagy::store
