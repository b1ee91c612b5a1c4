/// The rules that count now, by organization, read once a version.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "diagnose/guidance.h"
#include "store/guidance_store.h"

namespace dagy::diagnose {

/// Thread-safe. Keeps those of the organizations that asked last.
class GuidanceBook {
  public:
    /// `store` may be nullptr: then nobody has rules of their own.
    explicit GuidanceBook(store::GuidanceStore* store, size_t kept_max = 16) : store_(store), kept_max_(kept_max) {}

    /// nullptr where the organization has none. A rule that this program finds faults in (it was stored by another
    /// version) is left out.
    std::shared_ptr<const Guidance> For(const std::string& org);

  private:
    using Kept = std::pair<std::string, std::shared_ptr<const Guidance>>;

    std::shared_ptr<const Guidance> Look(const std::string& org, int64_t version);

    store::GuidanceStore* store_;
    const size_t kept_max_;
    std::mutex mutex_;
    std::list<Kept> kept_;  ///< who asked last stands first
};

}  // namespace dagy::diagnose
