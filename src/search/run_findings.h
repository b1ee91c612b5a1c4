/// What a search has found in one run and nobody has taken yet.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "lake/row_query.h"
#include "model/run.h"
#include "search/group.h"
#include "search/signature.h"
#include "search/snippet.h"

namespace dagy::search {

constexpr size_t kGroupsOfAKindMax = 300;

/// More hits of a group, as they come from one run.
struct GroupGrowth {
    uint64_t key = 0;
    bool new_in_run = false;
    Group more;  ///< hits and times of these hits alone; signature, title, kind and example if it is new in the run
};

struct Found {
    std::vector<Hit> hits;
    std::vector<GroupGrowth> groups;
    int64_t hits_without_group = 0;  ///< of groups beyond kGroupsOfAKindMax
    int64_t hits_counted = 0;
};

/// Memory is bounded: at most `hits_max` hits and kGroupsOfAKindMax groups of each kind are kept, the rest is counted.
/// Not thread-safe.
class RunFindings {
  public:
    /// `run` and `snippets` outlive the findings.
    RunFindings(const model::Run& run, const SnippetCutter& snippets, size_t hits_max);

    void Add(const lake::RowHit& hit);
    bool HasHits() const { return !found_.hits.empty(); }
    int64_t hits_seen() const { return hits_seen_; }

    /// What came since it was last asked.
    Found Take();

  private:
    using RowPlace = std::tuple<std::string, int, int64_t>;  ///< phase, attempt, log row

    uint64_t KeyOf(const lake::RowHit& hit);
    Hit ToHit(const lake::RowHit& hit, const std::string& signature) const;
    /// nullptr where there are too many groups already.
    Group* GroupOf(uint64_t key, const lake::RowHit& hit);

    const model::Run& run_;
    const SnippetCutter& snippets_;
    const size_t hits_max_;
    SignatureMaker signatures_;

    struct Known {
        std::string signature;
        size_t at = SIZE_MAX;  ///< in found_.groups; SIZE_MAX: nothing since the last Take
    };
    std::unordered_map<uint64_t, Known> known_;
    std::map<model::RecordKind, size_t> groups_of_kind_;
    std::map<RowPlace, uint64_t> error_lines_;  ///< log rows that carried an error which was found
    Found found_;
    size_t hits_kept_ = 0;
    int64_t hits_seen_ = 0;
};

}  // namespace dagy::search
