#include "api/matches.h"

#include <algorithm>
#include <utility>

namespace dagy::api {
namespace {

constexpr size_t kQuestionsMax = 32;
constexpr size_t kRunsMax = 100'000;  // of all questions together: some 5 MB

}  // namespace

std::shared_ptr<const Matches> KnownMatches::Find(const std::string& question, int64_t seq) {
    const std::lock_guard lock(mutex_);
    const auto found = std::ranges::find(known_, question, &Known::question);
    if (found == known_.end() || found->seq != seq) return nullptr;
    known_.splice(known_.begin(), known_, found);
    return found->matches;
}

void KnownMatches::Keep(const std::string& question, int64_t seq, std::shared_ptr<const Matches> matches) {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [&](const Known& known) {
        const bool old = known.question == question || known.seq < seq;
        if (old) runs_ -= known.matches->size();
        return old;
    });
    runs_ += matches->size();
    known_.push_front({question, seq, std::move(matches)});
    while (!known_.empty() && (known_.size() > kQuestionsMax || runs_ > kRunsMax)) {
        runs_ -= known_.back().matches->size();
        known_.pop_back();
    }
}

}  // namespace dagy::api
