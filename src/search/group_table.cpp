#include "search/group_table.h"

#include <algorithm>

namespace dagy::search {
namespace {

template <class Value>
void TakeEarlier(std::optional<Value>& into, const std::optional<Value>& value) {
    if (value && (!into || *value < *into)) into = value;
}

}  // namespace

/// Dags of one name in two deployments are two dags.
uint32_t GroupTable::NumberOf(const model::Run& run) {
    const auto next = static_cast<uint32_t>(dags_.size());
    return dags_.emplace(std::pair{run.scope.deployment, run.dag_id}, next).first->second;
}

void GroupTable::Grow(const model::Run& run, std::vector<GroupGrowth> groups) {
    if (groups.empty()) return;
    const uint32_t dag = NumberOf(run);
    for (GroupGrowth& growth : groups) {
        auto row = rows_.find(growth.key);
        if (row == rows_.end()) {
            size_t& kept = groups_of_kind_[growth.more.kind];
            // One that was full when its run first told of it stays out.
            if (!growth.new_in_run || kept == kGroupsOfAKindMax) {
                hits_without_group_ += growth.more.hits;
                continue;
            }
            ++kept;
            row = rows_.emplace(growth.key, Row{.group = std::move(growth.more)}).first;
        } else {
            Group& group = row->second.group;
            group.hits += growth.more.hits;
            group.level = std::max(group.level, growth.more.level);
            TakeEarlier(group.first_seen, growth.more.first_seen);
            group.last_seen = std::max(group.last_seen, growth.more.last_seen);
        }
        if (growth.new_in_run) ++row->second.group.runs;
        row->second.dags.insert(dag);
        row->second.group.dags = static_cast<int64_t>(row->second.dags.size());
        grown_.insert(growth.key);
    }
}

std::vector<const Group*> GroupTable::Grown(size_t groups_max) {
    std::vector<std::pair<const Group*, uint64_t>> grown;
    for (const uint64_t key : grown_) grown.emplace_back(&rows_.at(key).group, key);
    std::ranges::sort(grown, [](const auto& a, const auto& b) { return RanksBefore(*a.first, *b.first); });
    grown.resize(std::min(grown.size(), groups_max));
    std::vector<const Group*> groups;
    for (const auto& [group, key] : grown) {
        groups.push_back(group);
        grown_.erase(key);
    }
    return groups;
}

std::vector<Group> GroupTable::Ranked() const {
    std::vector<Group> groups;
    for (const auto& [key, row] : rows_) groups.push_back(row.group);
    std::ranges::sort(groups, RanksBefore);
    return groups;
}

}  // namespace dagy::search
