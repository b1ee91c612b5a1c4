/// The groups of a search, as they grow over its runs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "model/run.h"
#include "search/group.h"
#include "search/run_findings.h"

namespace dagy::search {

/// Bounded: of each kind the first kGroupsOfAKindMax groups are kept. Runs are told newest first. Not thread-safe.
class GroupTable {
  public:
    /// Takes in what was found in `run`.
    void Grow(const model::Run& run, std::vector<GroupGrowth> groups);

    /// Groups that have grown since they were last given out, best first, at most `groups_max`; the others wait.
    std::vector<const Group*> Grown(size_t groups_max);
    /// All, best first.
    std::vector<Group> Ranked() const;
    /// Hits of groups that were one too many.
    int64_t hits_without_group() const { return hits_without_group_; }

  private:
    struct Row {
        Group group;
        std::unordered_set<uint32_t> dags;
    };
    uint32_t NumberOf(const model::Run& run);

    std::unordered_map<uint64_t, Row> rows_;
    std::map<model::RecordKind, size_t> groups_of_kind_;
    std::map<std::pair<std::string, std::string>, uint32_t> dags_;
    std::unordered_set<uint64_t> grown_;
    int64_t hits_without_group_ = 0;
};

}  // namespace dagy::search
