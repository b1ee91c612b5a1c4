#include "api/full_depth.h"

#include <fmt/format.h>

#include "api/problem.h"
#include "search/snippet.h"

namespace dagy::api {

FullDepth::FullDepth(lake::Lake& lake, std::chrono::milliseconds time)
    : lake_(lake), time_(time), until_(std::chrono::steady_clock::now() + time), alarm_([this](std::stop_token done) {
          std::unique_lock lock(mutex_);
          wake_.wait_until(lock, done, until_, [] { return false; });
          if (!done.stop_requested()) over_.request_stop();
      }) {}

bool FullDepth::Find(int64_t run_key, const std::string& phase, const std::string& keyword, json::array* matches,
                     bool* truncated) {
    CheckTime();
    const lake::RowQuery query{.terms = {{.text = keyword}}};
    const lake::RowMatcher matcher(query);
    const search::SnippetCutter snippets(query);
    bool found = false;
    const auto take = [&](const lake::RowHit& hit) {
        found = true;
        if (matches == nullptr) return false;
        if (matches->size() == kMatchesOfARunMax) {
            *truncated = true;
            return false;
        }
        matches->push_back({{"phase", hit.phase},
                            {"attempt", hit.attempt},
                            {"kind", model::FileStem(hit.kind)},
                            {"row", hit.row},
                            {"snippet", snippets.Cut(hit.text, hit.at, hit.length).text}});
        return true;
    };
    using model::RecordKind;
    lake::SearchScope scope{.kinds = {RecordKind::kError, RecordKind::kLog, RecordKind::kData}, .phase = phase};
    if (phase == "event") scope.kinds.insert(scope.kinds.begin(), {RecordKind::kQueueData, RecordKind::kEvent});
    try {
        lake_.SearchRun(run_key, matcher, scope, take, over_.get_token());
    } catch (const Error&) {
        CheckTime();  // what a stop does to a read under way is no fault of the storage
        throw;
    }
    CheckTime();
    return found;
}

void FullDepth::CheckTime() const {
    if (!over_.stop_requested() && std::chrono::steady_clock::now() < until_) return;
    throw ProblemError(
        {.code = "timed_out",
         .detail = fmt::format("the keywords could not be looked for in every row within {:.0f} s; narrow "
                               "the dates or the run_ids, or ask /api/v1/search, which tells what it "
                               "finds while it looks",
                               std::chrono::duration<double>(time_).count())});
}

}  // namespace dagy::api
