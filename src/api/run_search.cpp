#include "api/run_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "api/cursors.h"
#include "api/head_keywords.h"
#include "api/problem.h"
#include "base/error.h"
#include "base/time.h"

namespace dagy::api {
namespace {

constexpr size_t kRunsARead = 500;

/// One of the looks of full depth that there may be at once.
class OneOf {
  public:
    explicit OneOf(std::counting_semaphore<>& all) : all_(all) {
        if (!all_.try_acquire())
            throw Error(ErrorCode::kUnavailable, "too many searches of depth=full are under way",
                        "try again in a moment, or ask /api/v1/search");
    }
    ~OneOf() { all_.release(); }
    OneOf(const OneOf&) = delete;
    OneOf& operator=(const OneOf&) = delete;

  private:
    std::counting_semaphore<>& all_;
};

/// All that decides which runs match; no part of it can be taken for a part of another.
std::string QuestionOf(const RunSearchQuery& query) {
    json::array asked{json::value(query.org),     query.deployment ? json::value(*query.deployment) : json::value(),
                      json::value(query.dag_id),  json::value(query.date_from),
                      json::value(query.date_to), json::array(query.run_ids.begin(), query.run_ids.end())};
    for (const store::PhaseCondition& status : query.statuses)
        asked.push_back({static_cast<int>(status.phase), static_cast<int>(status.status)});
    for (const PhaseFilter& keyword : query.keywords)
        asked.push_back({json::value(Name(keyword.phase)), json::value(keyword.keyword)});
    return json::serialize(asked);
}

RunPlace PlaceOf(const model::Run& run) {
    const std::optional<Time> began = run.started_at ? run.started_at : run.queued_at;
    return {run.PartitionDate(), began ? ToMicros(*began) : 0, run.key};
}

/// Where in a run the keywords are, as far as it is shown.
struct DeepMatches {
    json::array matches;
    bool truncated = false;
};

// Every row is looked at first, so that a run that the head alone would find says where else the word is.
bool FitsInDepth(const store::RunHeads& run, const RunSearchQuery& query, const HeadKeywords& keywords,
                 FullDepth& depth, DeepMatches* shown) {
    bool truncated = false;
    for (size_t i = 0; i < query.keywords.size(); ++i) {
        const PhaseFilter& filter = query.keywords[i];
        const bool deep = depth.Find(run.key, std::string(Name(filter.phase)), filter.keyword,
                                     shown != nullptr ? &shown->matches : nullptr, &truncated);
        if (!deep && !keywords.In(run, i)) return false;
    }
    if (shown != nullptr) shown->truncated = truncated;
    return true;
}

}  // namespace

json::object RunSearch::Search(const RunSearchQuery& query) {
    CheckRange(query);
    store::RunQuery wanted{.org = query.org,
                           .deployment = query.deployment,
                           .dag_id = query.dag_id,
                           .date_from = query.date_from,
                           .date_to = query.date_to,
                           .run_ids = query.run_ids,
                           .phases = query.statuses};
    const std::string default_deployment = finder_.DefaultDeployment(query.org);
    if (query.keywords.empty()) return PageOf(std::move(wanted), query, default_deployment);
    const HeadKeywords keywords(query.keywords, lake_, query, default_deployment);
    if (!query.full_depth) return ByKeyword(wanted, query, keywords, default_deployment);
    const OneOf one(full_depths_);
    return InDepth(std::move(wanted), query, keywords, default_deployment);
}

json::object RunSearch::PageOf(store::RunQuery wanted, const RunSearchQuery& query,
                               const std::string& default_deployment) {
    wanted.after_run_key = query.after_run_key;
    wanted.offset = static_cast<size_t>(query.paging.offset());
    wanted.limit = static_cast<size_t>(query.paging.limit) + 1;  // one more tells whether there is more
    store::RunPage page = runs_.Runs(wanted);
    const bool more = page.runs.size() == wanted.limit;
    if (more) page.runs.pop_back();
    const auto last = more ? std::optional(page.runs.back()) : std::nullopt;
    return Body(ResultsOf(page.runs, default_deployment), page.total, query.paging, last);
}

json::object RunSearch::ByKeyword(const store::RunQuery& wanted, const RunSearchQuery& query,
                                  const HeadKeywords& keywords, const std::string& default_deployment) {
    const auto matches = MatchesOf(wanted, query, keywords);
    auto from = matches->begin();
    if (query.after_run_key) {
        const auto cursor = runs_.RunByKey(*query.after_run_key);
        if (cursor) from = std::ranges::upper_bound(*matches, PlaceOf(*cursor), std::greater<>());
    } else {
        from += std::min<int64_t>(query.paging.offset(), std::ssize(*matches));
    }
    std::vector<int64_t> keys;
    for (; from != matches->end() && std::ssize(keys) < query.paging.limit; ++from) keys.push_back(from->key);
    const std::vector<model::Run> runs = runs_.RunsByKey(query.org, keys);
    const auto last = from != matches->end() && !runs.empty() ? std::optional(runs.back()) : std::nullopt;
    return Body(ResultsOf(runs, default_deployment), std::ssize(*matches), query.paging, last);
}

/// Looks at every run of the range, because the total counts those that fit.
std::shared_ptr<const Matches> RunSearch::MatchesOf(store::RunQuery wanted, const RunSearchQuery& query,
                                                    const HeadKeywords& keywords) {
    const std::string question = QuestionOf(query);
    const int64_t seq = events_.LastSeq();  // before anything is read: what changes meanwhile is asked for again
    if (auto known = known_.Find(question, seq)) return known;
    auto matches = std::make_shared<Matches>();
    wanted.limit = kRunsARead;
    while (true) {
        const std::vector<store::RunHeads> page = runs_.Heads(
            wanted, keywords.phases(), [&](const store::HeadGlance& head) { return keywords.MayBeIn(head); });
        for (const store::RunHeads& run : page)
            if (keywords.In(run)) matches->push_back({run.date, run.began_at, run.key});
        if (page.size() < kRunsARead) break;
        wanted.after_run_key = page.back().key;
    }
    known_.Keep(question, seq, matches);
    return matches;
}

json::object RunSearch::InDepth(store::RunQuery wanted, const RunSearchQuery& query, const HeadKeywords& keywords,
                                const std::string& default_deployment) {
    FullDepth depth(lake_, full_depth_time_);
    json::array items;
    std::optional<model::Run> last;
    int64_t total = 0, skip = query.after_run_key ? 0 : query.paging.offset();
    bool begun = !query.after_run_key, more = false;
    wanted.limit = kRunsARead;
    while (true) {
        const std::vector<store::RunHeads> page = runs_.Heads(wanted, keywords.phases());
        for (const store::RunHeads& run : page) {
            const bool follows = std::exchange(begun, begun || run.key == query.after_run_key);
            const bool full = items.size() == static_cast<size_t>(query.paging.limit);
            DeepMatches found;
            if (!FitsInDepth(run, query, keywords, depth, follows && skip <= 0 && !full ? &found : nullptr)) continue;
            ++total;
            if (!follows || skip-- > 0) continue;
            more |= full;
            if (full) continue;
            if (auto shown = runs_.RunByKey(run.key)) {
                json::object result = SearchRunResult(*shown, runs_.Phases(run.key), default_deployment);
                result["matches"] = std::move(found.matches);
                result["matches_truncated"] = found.truncated;
                items.push_back(std::move(result));
                last = std::move(shown);
            }
        }
        if (page.size() < kRunsARead) break;
        wanted.after_run_key = page.back().key;
    }
    return Body(std::move(items), total, query.paging, more ? last : std::nullopt);
}

json::object RunSearch::Body(json::array items, int64_t total, const Paging& paging,
                             const std::optional<model::Run>& last) {
    json::object body = PageBody(std::move(items), total, paging);
    body["has_more"] = last.has_value();
    body["next_cursor"] = last ? json::value(ToCursor(*last)) : json::value(nullptr);
    return body;
}

void RunSearch::CheckRange(const RunSearchQuery& query) const {
    const auto days = (*ParseDate(query.date_to) - *ParseDate(query.date_from)).count() + 1;
    if (days < 1) {
        throw ProblemError(
            {.code = "invalid_input",
             .detail = "date_to is before date_from",
             .errors = {{.parameter = "date_to",
                         .message = fmt::format("must not be before date_from ({})", query.date_from)}}});
    }
    if (days > days_max_) {
        throw ProblemError(
            {.code = "invalid_input",
             .detail = fmt::format("the range is {} days long, at most {} are searched at once", days, days_max_),
             .errors = {
                 {.parameter = "date_to", .message = fmt::format("at most {} days after date_from", days_max_ - 1)}}});
    }
}

json::array RunSearch::ResultsOf(const std::vector<model::Run>& runs, const std::string& default_deployment) {
    std::vector<int64_t> keys;
    for (const model::Run& run : runs) keys.push_back(run.key);
    auto phases = runs_.PhasesOfRuns(keys);
    json::array results;
    for (const model::Run& run : runs) results.push_back(SearchRunResult(run, phases[run.key], default_deployment));
    return results;
}

}  // namespace dagy::api
