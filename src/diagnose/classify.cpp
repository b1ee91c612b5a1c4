#include "diagnose/classify.h"

#include <algorithm>
#include <array>

#include "diagnose/classify/assess.h"
#include "diagnose/classify/attempt.h"

namespace dagy::diagnose {
namespace {

/// What an earlier attempt leaves behind can make a later one fail: rows, files, locks, ports.
bool IsConsequence(std::string_view code) {
    static constexpr std::array<std::string_view, 5> kCodes{"DATA_DUPLICATE_KEY", "STORAGE_ALREADY_EXISTS",
                                                            "DATABASE_LOCK_TIMEOUT", "RESOURCE_PORT_IN_USE",
                                                            "RESOURCE_POOL_STARVATION"};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

void AddWeaker(std::vector<Candidate>& candidates, const std::vector<Candidate>& others, double factor) {
    for (Candidate other : others) {
        if (std::ranges::any_of(candidates, [&](const Candidate& known) { return known.code == other.code; })) continue;
        other.score *= factor;
        candidates.push_back(std::move(other));
    }
}

void Sort(std::vector<Candidate>& candidates) {
    std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) { return a.score > b.score; });
}

}  // namespace

std::vector<Candidate> Classify(const Knowledge& knowledge, const TaskContext& context,
                                const std::vector<Reading>& readings, std::vector<FiredRule>* fired) {
    Assessor assessor(knowledge);
    std::vector<std::vector<Candidate>> attempts;
    for (const auto& reading : readings) {
        std::vector<FiredRule> of_attempt;
        attempts.push_back(JudgeAttempt(assessor, reading, context.contrast, fired == nullptr ? nullptr : &of_attempt));
        // What an earlier attempt says counts half beside the last one's (see below).
        for (auto& rule : of_attempt) {
            if (&reading != &readings.back()) rule.weight *= 0.5;
            fired->push_back(std::move(rule));
        }
    }
    std::vector<Candidate> candidates;
    if (attempts.empty()) return candidates;

    // The last attempt's failure is the task's, unless it is only what an earlier one left behind.
    candidates = attempts.back();
    for (size_t i = attempts.size() - 1; i-- > 0;) {
        const auto& earlier = attempts[i];
        if (earlier.empty()) continue;
        const bool consequence = !candidates.empty() && IsConsequence(candidates.front().code) && i == 0 &&
                                 earlier.front().code != candidates.front().code && earlier.front().score >= 0.8;
        if (consequence) {
            auto first = earlier;
            AddWeaker(first, candidates, 0.8);
            candidates = std::move(first);
        } else {
            AddWeaker(candidates, earlier, candidates.empty() ? 0.8 : 0.5);
        }
    }
    Sort(candidates);
    constexpr size_t kCandidatesMax = 8;
    if (candidates.size() > kCandidatesMax) candidates.resize(kCandidatesMax);
    return candidates;
}

}  // namespace dagy::diagnose
