/// Rules as they are written: YAML to values, with every fault and its line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "diagnose/guidance.h"
#include "diagnose/knowledge_patterns.h"

namespace dagy::diagnose {

/// One rule that is well-formed by itself.
struct OwnRule {
    Pattern pattern;
    /// Its own code with what was said about it; empty members were not said.
    RootCause cause;
    /// `title`, `cause`, `fix`, `steps`, `prevention` as the advice book has them.
    json::object advice;
};

class FaultList {
  public:
    explicit FaultList(std::vector<GuidanceFault>& faults) : faults_(faults) {}
    void Add(int line, std::string rule, std::string what, std::string way_out) {
        constexpr size_t kFaultsMax = 100;
        if (faults_.size() < kFaultsMax)
            faults_.push_back({line, std::move(rule), std::move(what), std::move(way_out)});
    }

  private:
    std::vector<GuidanceFault>& faults_;
};

/// Anchors, aliases, duplicate members and a second document are refused: they could make much of little, or hide
/// something.
std::vector<OwnRule> ReadRuleText(std::string_view yaml, FaultList& faults);

}  // namespace dagy::diagnose
