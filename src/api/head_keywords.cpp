#include "api/head_keywords.h"

#include <algorithm>
#include <utility>

#include "base/plain_json.h"
#include "base/time.h"

namespace dagy::api {

HeadKeywords::HeadKeywords(const std::vector<PhaseFilter>& filters, lake::Lake& lake, const RunSearchQuery& query,
                           std::string default_deployment)
    : lake_(lake), query_(query), default_deployment_(std::move(default_deployment)) {
    for (const PhaseFilter& filter : filters) {
        phases_.push_back(filter.phase);
        keywords_.emplace_back(filter.keyword);
    }
}

bool HeadKeywords::In(const store::RunHeads& run) const {
    for (size_t i = 0; i < keywords_.size(); ++i)
        if (!In(run, i)) return false;
    return true;
}

bool HeadKeywords::In(const store::RunHeads& run, size_t filter) const {
    const auto head = std::ranges::find(run.phases, phases_[filter], &store::PhaseHead::phase);
    return head != run.phases.end() && InHead(run, *head, keywords_[filter]);
}

// What is at hand is looked at first; making the phase's own text costs most.
bool HeadKeywords::InHead(const store::RunHeads& run, const store::PhaseHead& head,
                          const lake::TextPattern& keyword) const {
    if (keyword.In(head.text)) return true;
    std::string path;
    if (head.summary.data_count > 0) {
        const model::Run names{.scope = {query_.org, run.deployment},
                               .dag_id = query_.dag_id,
                               .run_id = run.run_id,
                               .logical_date = ParseTime(run.date + "T00:00:00Z")};
        path = lake::PhaseFolder(names, head.summary.ref.phase, head.summary.ref.attempt, default_deployment_);
    }
    if (keyword.In(json::serialize(PhaseShape(head.summary, path)))) return true;
    return !head.whole && InRows(head, keyword);
}

// Rows that came before heads were kept, or that are too long for one.
bool HeadKeywords::InRows(const store::PhaseHead& head, const lake::TextPattern& keyword) const {
    lake::PageQuery first_rows{.ref = head.summary.ref, .limit = store::kHeadRows};
    std::vector<model::RecordKind> kinds = {model::RecordKind::kData};
    if (head.phase == model::EtlPhase::kEvent)
        kinds = {model::RecordKind::kQueueData, model::RecordKind::kEvent, kinds.front()};
    return std::ranges::any_of(kinds, [&](model::RecordKind kind) {
        first_rows.kind = kind;
        const lake::Page page = lake_.ReadPage(first_rows);
        return std::ranges::any_of(page.items, [&](const json::object& row) { return keyword.In(PlainJson(row)); });
    });
}

}  // namespace dagy::api
