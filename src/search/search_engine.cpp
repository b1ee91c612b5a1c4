#include "search/search_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "search/group_table.h"
#include "search/run_crew.h"
#include "search/run_walker.h"
#include "search/snippet.h"

namespace dagy::search {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int64_t kErrorsToldMax = 100;
constexpr size_t kGroupsATime = 50;  ///< told at once while it goes on; at the end all

store::RunQuery RunsOf(const SearchRequest& request) {
    return {.org = request.org,
            .deployment = request.deployment,
            .dag_id = request.dag_id,
            .date_from = request.date_from,
            .date_to = request.date_to};
}

/// One search, as the thread that asked for it sees it.
class Searching {
  public:
    Searching(const SearchRequest& request, const SearchLimits& limits, SearchListener& listener)
        : request_(request), limits_(limits), listener_(listener), begun_(Steady::now()) {}

    /// Tells the listener until the crew is done or has to be stopped.
    void Follow(RunCrew& crew, const RunWalker& walker, const std::stop_token& stop) {
        const auto deadline = begun_ + limits_.time;
        while (true) {
            const RunCrew::State state = crew.Wait(std::min(deadline, told_ + limits_.progress_every));
            for (const RunCrew::Delivery& delivery : state.deliveries) Take(delivery);
            TakeProgress(state.progress, walker);
            if (state.over) break;
            if (const auto end = EndNow(stop, deadline)) {
                outcome_.end = *end;
                crew.Stop();
                break;
            }
            if (Steady::now() >= told_ + limits_.progress_every) Tell(kGroupsATime);
        }
        if (outcome_.end == SearchEnd::kComplete && limited_) outcome_.end = SearchEnd::kLimit;
        if (outcome_.end == SearchEnd::kComplete && stop.stop_requested()) outcome_.end = SearchEnd::kStopped;
        if (outcome_.end == SearchEnd::kComplete && outcome_.runs_failed > 0) outcome_.end = SearchEnd::kErrors;
        Tell(SIZE_MAX);
    }

    SearchOutcome Outcome() {
        outcome_.groups = groups_.Ranked();
        outcome_.hits_without_group += groups_.hits_without_group();
        return std::move(outcome_);
    }

  private:
    void Take(const RunCrew::Delivery& delivery) {
        outcome_.progress.hits += delivery.found.hits_counted;
        outcome_.hits_without_group += delivery.found.hits_without_group;
        groups_.Grow(*delivery.run, delivery.found.groups);
        for (const Hit& hit : delivery.found.hits) {
            if (hits_told_ == request_.hits_max) break;
            ++hits_told_;
            listener_.OnHit(hit);
        }
        if (!request_.count_all && hits_told_ == request_.hits_max) limited_ = true;
        if (!delivery.error) return;
        if (++outcome_.runs_failed <= kErrorsToldMax) listener_.OnError(*delivery.run, *delivery.error);
    }

    void TakeProgress(const SearchProgress& progress, const RunWalker& walker) {
        const int64_t hits = outcome_.progress.hits;
        outcome_.progress = progress;
        outcome_.progress.hits = hits;
        outcome_.progress.runs_seen += walker.passed_over();
        outcome_.progress.rows_skipped += walker.rows_skipped();
        outcome_.progress.runs_total = walker.total();
    }

    std::optional<SearchEnd> EndNow(const std::stop_token& stop, Steady::time_point deadline) const {
        if (limited_ || outcome_.progress.hits >= limits_.hits_counted_max) return SearchEnd::kLimit;
        if (stop.stop_requested()) return SearchEnd::kStopped;
        if (Steady::now() >= deadline) return SearchEnd::kTime;
        return std::nullopt;
    }

    void Tell(size_t groups_max) {
        told_ = Steady::now();
        for (const Group* group : groups_.Grown(groups_max)) listener_.OnGroup(*group);
        listener_.OnProgress(outcome_.progress);
    }

    const SearchRequest& request_;
    const SearchLimits& limits_;
    SearchListener& listener_;
    const Steady::time_point begun_;
    Steady::time_point told_ = Steady::now();
    GroupTable groups_;
    SearchOutcome outcome_;
    size_t hits_told_ = 0;
    bool limited_ = false;
};

/// Errors first, so that the log line that carried one is known for it.
std::vector<model::RecordKind> ErrorsFirst(std::vector<model::RecordKind> kinds) {
    if (kinds.empty()) kinds = {model::RecordKind::kLog, model::RecordKind::kError, model::RecordKind::kData};
    std::ranges::stable_partition(kinds, [](model::RecordKind kind) { return kind == model::RecordKind::kError; });
    return kinds;
}

}  // namespace

SearchOutcome SearchEngine::Search(const SearchRequest& request, SearchListener& listener, std::stop_token stop) {
    const lake::RowMatcher matcher(request.query.rows);
    const SnippetCutter snippets(request.query.rows);
    const lake::SearchScope scope{.kinds = ErrorsFirst(request.query.kinds), .phase = request.query.phase};
    RunWalker walker(runs_, RunsOf(request), request.query,
                     [&](const std::vector<int64_t>& keys) { return lake_.MayHold(keys, matcher, scope); });
    Searching searching(request, limits_, listener);
    RunCrew crew({.walker = walker,
                  .lake = lake_,
                  .matcher = matcher,
                  .snippets = snippets,
                  .scope = scope,
                  .hits_max = request.hits_max,
                  .enough_at_max = !request.count_all},
                 std::max<size_t>(limits_.runs_at_once, 1));
    const std::stop_callback stops(stop, [&crew] { crew.Stop(); });
    searching.Follow(crew, walker, stop);
    return searching.Outcome();
}

std::string HintFor(const SearchRequest& request, const SearchOutcome& outcome) {
    if (outcome.progress.hits > 0 || outcome.end != SearchEnd::kComplete) return {};
    if (outcome.progress.runs_total == 0) return "there are no runs of these dags, deployments and dates";
    const auto& fields = request.query.rows.fields;
    const auto wanted = std::ranges::find(fields, false, &lake::FieldTerm::negated);
    if (wanted == fields.end()) return {};
    static constexpr std::array<std::string_view, 5> kConditions{"task", "dag", "run", "phase", "kind"};
    if (std::ranges::find(kConditions, wanted->column) != kConditions.end())
        return fmt::format("`{0}=` asks for a column called {0}; write {0}:{1} for the {0} itself", wanted->column,
                           wanted->value);
    return fmt::format("`{}` asks for a column called {}; in quotes it is text to look for",
                       PrintQuery({.rows = {.fields = {*wanted}}}), wanted->column);
}

}  // namespace dagy::search
