#include "api/run_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/cursors.h"
#include "api/problem.h"
#include "base/error.h"
#include "base/time.h"
#include "lake/text_pattern.h"

namespace dagy::api {
namespace {

constexpr size_t kRunsARead = 200;
/// What the documented keyword filters look at (runs-api.txt): the first rows only; the phase's own pages search them
/// all.
constexpr size_t kRowsOfAPhase = 100;

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

}  // namespace

json::object RunSearch::Search(const RunSearchQuery& query) {
    CheckRange(query);
    store::RunQuery wanted{.org = query.org,
                           .deployment = query.deployment,
                           .dag_id = query.dag_id,
                           .date_from = query.date_from,
                           .date_to = query.date_to,
                           .run_ids = query.run_ids};
    const std::string default_deployment = finder_.DefaultDeployment(query.org);
    Looking looking;
    std::ranges::copy_if(query.phases, std::back_inserter(looking.filters), &PhaseFilter::Asks);
    if (looking.filters.empty()) return PageOf(std::move(wanted), query, default_deployment);
    if (!query.full_depth) return Filtered(std::move(wanted), query, looking, default_deployment);
    const OneOf one(full_depths_);
    FullDepth depth(lake_, full_depth_time_);
    looking.depth = &depth;
    return Filtered(std::move(wanted), query, looking, default_deployment);
}

json::object RunSearch::PageOf(store::RunQuery wanted, const RunSearchQuery& query,
                               const std::string& default_deployment) {
    wanted.after_run_key = query.after_run_key;
    wanted.offset = static_cast<size_t>(query.paging.offset());
    wanted.limit = static_cast<size_t>(query.paging.limit) + 1;  // one more tells whether there is more
    store::RunPage page = runs_.Runs(wanted);
    const bool more = page.runs.size() == wanted.limit;
    if (more) page.runs.pop_back();
    json::array items;
    for (const model::Run& run : page.runs) items.push_back(ResultOf(run, default_deployment));
    const auto last = more ? std::optional(page.runs.back()) : std::nullopt;
    return Body(std::move(items), page.total, query.paging, last);
}

/// Looks at every run of the range, because the total counts those that fit.
json::object RunSearch::Filtered(store::RunQuery wanted, const RunSearchQuery& query, Looking& looking,
                                 const std::string& default_deployment) {
    json::array items;
    std::optional<model::Run> last;
    int64_t total = 0, skip = query.after_run_key ? 0 : query.paging.offset();
    bool begun = !query.after_run_key, more = false;
    wanted.limit = kRunsARead;
    while (true) {
        const store::RunPage page = runs_.Runs(wanted);
        for (const model::Run& run : page.runs) {
            const bool follows = std::exchange(begun, begun || run.key == query.after_run_key);
            json::object result = ResultOf(run, default_deployment);
            const bool shown = follows && skip <= 0 && items.size() < static_cast<size_t>(query.paging.limit);
            if (!Fits(run, result, looking, shown)) continue;
            ++total;
            if (!follows || skip-- > 0) continue;
            if (items.size() == static_cast<size_t>(query.paging.limit)) {
                more = true;
                continue;
            }
            if (looking.depth != nullptr) {
                result["matches"] = std::exchange(looking.matches, {});
                result["matches_truncated"] = std::exchange(looking.truncated, false);
            }
            items.push_back(std::move(result));
            last = run;
        }
        if (page.runs.size() < kRunsARead) break;
        wanted.after_run_key = page.runs.back().key;
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

json::object RunSearch::ResultOf(const model::Run& run, const std::string& default_deployment) {
    return SearchRunResult(run, runs_.Phases(run.key), runs_.Attempts(run.key), default_deployment);
}

bool RunSearch::Fits(const model::Run& run, const json::object& result, Looking& looking, bool shown) {
    looking.matches.clear();
    looking.truncated = false;
    const json::object& phases = result.at("phases").as_object();
    return std::ranges::all_of(looking.filters, [&](const PhaseFilter& filter) {
        const json::object* phase = GetObject(phases, filter.phase);
        const std::string status = phase != nullptr ? StringOr(*phase, "status", "missing") : "missing";
        if (filter.status != "all" && filter.status != status) return false;
        if (!filter.keyword) return true;
        // Every row is looked at first, so that a run that the head alone would find says where else the word is.
        const bool deep = looking.depth != nullptr && InDepth(run, filter, looking, shown);
        return deep || (phase != nullptr && HasKeyword(run, *phase, filter));
    });
}

bool RunSearch::InDepth(const model::Run& run, const PhaseFilter& filter, Looking& looking, bool shown) {
    return looking.depth->Find(run.key, filter.phase, *filter.keyword, shown ? &looking.matches : nullptr,
                               &looking.truncated);
}

bool RunSearch::HasKeyword(const model::Run& run, const json::object& phase, const PhaseFilter& filter) {
    const lake::TextPattern keyword(*filter.keyword);
    if (keyword.In(json::serialize(phase))) return true;
    lake::PageQuery first_rows{
        .ref = {.run_key = run.key, .phase = filter.phase, .attempt = static_cast<int>(IntOr(phase, "attempt", 1))},
        .limit = kRowsOfAPhase};
    std::vector<model::RecordKind> kinds = {model::RecordKind::kData};
    if (filter.phase == "event") kinds = {model::RecordKind::kQueueData, model::RecordKind::kEvent, kinds.front()};
    return std::ranges::any_of(kinds, [&](model::RecordKind kind) {
        first_rows.kind = kind;
        const lake::Page page = lake_.ReadPage(first_rows);
        return std::ranges::any_of(page.items,
                                   [&](const json::object& row) { return keyword.In(json::serialize(row)); });
    });
}

}  // namespace dagy::api
