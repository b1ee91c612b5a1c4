#include "search/run_findings.h"

#include <algorithm>
#include <utility>

namespace dagy::search {
namespace {

constexpr size_t kErrorLinesMax = 10000;

void Widen(Group& group, const std::optional<Time>& ts) {
    if (!ts) return;
    if (!group.first_seen || *ts < *group.first_seen) group.first_seen = ts;
    if (!group.last_seen || *ts > *group.last_seen) group.last_seen = ts;
}

/// A row without a time of its own was written when its run ran.
std::optional<Time> TimeOf(const lake::RowHit& hit, const model::Run& run) {
    if (hit.ts) return hit.ts;
    return run.started_at ? run.started_at : run.logical_date;
}

std::optional<model::Level> LevelOf(const lake::RowHit& hit) {
    return hit.kind == model::RecordKind::kError ? std::optional(model::Level::kError) : hit.level;
}

}  // namespace

RunFindings::RunFindings(const model::Run& run, const SnippetCutter& snippets, size_t hits_max)
    : run_(run), snippets_(snippets), hits_max_(hits_max) {}

void RunFindings::Add(const lake::RowHit& hit) {
    ++hits_seen_;
    ++found_.hits_counted;
    const uint64_t key = KeyOf(hit);
    Group* group = GroupOf(key, hit);
    if (group == nullptr) {
        ++found_.hits_without_group;
    } else {
        ++group->hits;
        group->level = std::max(group->level, LevelOf(hit));
        Widen(*group, TimeOf(hit, run_));
    }
    if (hits_kept_ == hits_max_) return;
    ++hits_kept_;
    found_.hits.push_back(ToHit(hit, group == nullptr ? SignatureMaker::Shown(hit, key) : known_.at(key).signature));
}

/// A line that carried an error is of that error's group.
uint64_t RunFindings::KeyOf(const lake::RowHit& hit) {
    if (hit.kind == model::RecordKind::kLog && !error_lines_.empty()) {
        const auto carried = error_lines_.find({std::string(hit.phase), hit.attempt, hit.row});
        if (carried != error_lines_.end()) return carried->second;
    }
    const uint64_t key = signatures_.KeyOf(hit, run_.dag_id);
    if (hit.kind == model::RecordKind::kError && hit.log_row && error_lines_.size() < kErrorLinesMax)
        error_lines_.emplace(RowPlace{std::string(hit.phase), hit.attempt, *hit.log_row}, key);
    return key;
}

Hit RunFindings::ToHit(const lake::RowHit& hit, const std::string& signature) const {
    Snippet snippet = snippets_.Cut(hit.text, hit.at, hit.length);
    return {.signature = signature,
            .dag_id = run_.dag_id,
            .deployment = run_.scope.deployment,
            .date = run_.PartitionDate(),
            .run_id = run_.run_id,
            .phase = std::string(hit.phase),
            .attempt = hit.attempt,
            .kind = hit.kind,
            .row = hit.row,
            .ts = hit.ts,
            .level = hit.level,
            .task_id = std::string(hit.task_id),
            .field = std::string(hit.field),
            .snippet = std::move(snippet.text),
            .highlights = std::move(snippet.highlights)};
}

Group* RunFindings::GroupOf(uint64_t key, const lake::RowHit& hit) {
    auto known = known_.find(key);
    if (known != known_.end() && known->second.at != SIZE_MAX) return &found_.groups[known->second.at].more;
    GroupGrowth growth{.key = key, .new_in_run = known == known_.end(), .more = {.kind = hit.kind}};
    if (growth.new_in_run) {
        size_t& groups = groups_of_kind_[hit.kind];
        if (groups == kGroupsOfAKindMax) return nullptr;
        ++groups;
        known = known_.emplace(key, Known{.signature = SignatureMaker::Shown(hit, key)}).first;
        growth.more.signature = known->second.signature;
        growth.more.title = signatures_.TitleOf(hit, run_.dag_id);
        growth.more.example = ToHit(hit, known->second.signature);
    }
    known->second.at = found_.groups.size();
    found_.groups.push_back(std::move(growth));
    return &found_.groups.back().more;
}

Found RunFindings::Take() {
    for (const GroupGrowth& growth : found_.groups) known_.at(growth.key).at = SIZE_MAX;
    return std::exchange(found_, {});
}

}  // namespace dagy::search
