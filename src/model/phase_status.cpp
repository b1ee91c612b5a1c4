#include "model/phase_status.h"

#include <algorithm>

namespace dagy::model {
namespace {

constexpr std::array<std::string_view, 4> kStatusNames{"missing", "success", "running", "error"};
constexpr std::array<std::string_view, 4> kPhaseNames{"event", "extract", "transform", "load"};

template <typename Value, size_t N>
std::optional<Value> ValueIn(const std::array<std::string_view, N>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Value>(found - names.begin());
}

}  // namespace

std::string_view Name(PhaseStatus status) {
    return kStatusNames[static_cast<size_t>(status)];
}

std::optional<PhaseStatus> ParsePhaseStatus(std::string_view name) {
    return ValueIn<PhaseStatus>(kStatusNames, name);
}

PhaseStatus StatusOf(AttemptState state) {
    switch (state) {
        case AttemptState::kSucceeded:
        case AttemptState::kSkipped:
            return PhaseStatus::kSuccess;
        case AttemptState::kFailed:
        case AttemptState::kTimedOut:
        case AttemptState::kUpstreamFailed:
        case AttemptState::kCancelled:
            return PhaseStatus::kError;
        case AttemptState::kRunning:
            return PhaseStatus::kRunning;
        case AttemptState::kQueued:
            return PhaseStatus::kMissing;
    }
    return PhaseStatus::kMissing;
}

std::string_view Name(EtlPhase phase) {
    return kPhaseNames[static_cast<size_t>(phase)];
}

std::optional<EtlPhase> ParseEtlPhase(std::string_view name) {
    return ValueIn<EtlPhase>(kPhaseNames, name);
}

}  // namespace dagy::model
