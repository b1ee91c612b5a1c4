/// An organization's own rules: what its errors mean and what to do about them, beside the built-in knowledge.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/advise.h"
#include "diagnose/finding.h"
#include "diagnose/knowledge.h"

namespace dagy::diagnose {

/// Bounds of one organization's text.
inline constexpr size_t kGuidanceBytesMax = 256 * 1024;
inline constexpr size_t kGuidanceRulesMax = 500;

/// One thing that is wrong with a text of rules.
struct GuidanceFault {
    int line = 1;      ///< counts from 1
    std::string rule;  ///< its id, where it has one
    std::string what;
    std::string way_out;
};

/// Immutable; safe to share between threads.
class Guidance {
  public:
    /// Reads the rules of `yaml` (docs/knowledge.md has the format), as many as are good; every fault is added to
    /// `faults` (at most 100). Tries each rule's examples against all knowledge together.
    static std::shared_ptr<const Guidance> Read(std::string_view yaml, int64_t version,
                                                std::vector<GuidanceFault>& faults);

    int64_t version() const { return version_; }
    size_t rules() const { return entries_.size(); }
    /// The built-in knowledge with these rules and codes in it.
    const Knowledge& knowledge() const { return *knowledge_; }

    /// Where one of these rules found `cause`: what the rule says instead of `advice`, member by member.
    void Advise(const Candidate& cause, const Words& words, Advice& advice) const;

  private:
    Guidance() = default;

    int64_t version_ = 0;
    std::unique_ptr<const Knowledge> knowledge_;
    std::map<std::string, json::object, std::less<>> entries_;  ///< rule id → its texts
};

}  // namespace dagy::diagnose
