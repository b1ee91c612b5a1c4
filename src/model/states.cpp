#include "model/states.h"

#include <array>
#include <utility>

namespace dagy::model {
namespace {

template <typename State>
using Names = std::pair<State, std::string_view>;

constexpr std::array kRunNames{
    Names<RunState>{RunState::kQueued, "QUEUED"}, Names<RunState>{RunState::kRunning, "RUNNING"},
    Names<RunState>{RunState::kSucceeded, "SUCCEEDED"}, Names<RunState>{RunState::kFailed, "FAILED"},
    Names<RunState>{RunState::kCancelled, "CANCELLED"}};

constexpr std::array kAttemptNames{Names<AttemptState>{AttemptState::kQueued, "QUEUED"},
                                   Names<AttemptState>{AttemptState::kRunning, "RUNNING"},
                                   Names<AttemptState>{AttemptState::kSucceeded, "SUCCEEDED"},
                                   Names<AttemptState>{AttemptState::kFailed, "FAILED"},
                                   Names<AttemptState>{AttemptState::kSkipped, "SKIPPED"},
                                   Names<AttemptState>{AttemptState::kTimedOut, "TIMED_OUT"},
                                   Names<AttemptState>{AttemptState::kCancelled, "CANCELLED"},
                                   Names<AttemptState>{AttemptState::kUpstreamFailed, "UPSTREAM_FAILED"}};

constexpr std::array kDiagnosisNames{Names<DiagnosisState>{DiagnosisState::kPending, "pending"},
                                     Names<DiagnosisState>{DiagnosisState::kRunning, "running"},
                                     Names<DiagnosisState>{DiagnosisState::kCompleted, "completed"},
                                     Names<DiagnosisState>{DiagnosisState::kFailed, "failed"},
                                     Names<DiagnosisState>{DiagnosisState::kTimedOut, "timed_out"}};

template <typename State, size_t N>
std::string_view NameIn(const std::array<Names<State>, N>& names, State state) {
    for (const auto& [value, name] : names)
        if (value == state) return name;
    return "?";
}

template <typename State, size_t N>
std::optional<State> StateIn(const std::array<Names<State>, N>& names, std::string_view text) {
    for (const auto& [value, name] : names)
        if (name == text) return value;
    return std::nullopt;
}

}  // namespace

std::string_view Name(RunState state) {
    return NameIn(kRunNames, state);
}
std::string_view Name(AttemptState state) {
    return NameIn(kAttemptNames, state);
}
std::string_view Name(DiagnosisState state) {
    return NameIn(kDiagnosisNames, state);
}

std::optional<RunState> ParseRunState(std::string_view name) {
    return StateIn(kRunNames, name);
}
std::optional<AttemptState> ParseAttemptState(std::string_view name) {
    return StateIn(kAttemptNames, name);
}
std::optional<DiagnosisState> ParseDiagnosisState(std::string_view name) {
    return StateIn(kDiagnosisNames, name);
}

// An ended run moves again only when somebody clears or retries it: back to QUEUED or RUNNING is a decision of the
// engine or of a later snapshot, never of a late event. So the table has no way out of an end.
bool CanMove(RunState from, RunState to) {
    if (from == to) return true;
    if (Ended(from)) return false;
    return from == RunState::kQueued || to != RunState::kQueued;
}

bool CanMove(AttemptState from, AttemptState to) {
    if (from == to) return true;
    if (Ended(from)) return false;
    return from == AttemptState::kQueued || to != AttemptState::kQueued;
}

bool CanMove(DiagnosisState from, DiagnosisState to) {
    if (from == to) return true;
    if (from == DiagnosisState::kPending) return true;
    return from == DiagnosisState::kRunning && Ended(to);
}

std::optional<RunState> RunStateFromAirflow(std::string_view state) {
    if (state == "queued" || state.empty()) return RunState::kQueued;
    if (state == "running" || state == "restarting") return RunState::kRunning;
    if (state == "success") return RunState::kSucceeded;
    if (state == "failed") return RunState::kFailed;
    return std::nullopt;
}

std::optional<AttemptState> AttemptStateFromAirflow(std::string_view state) {
    if (state == "success") return AttemptState::kSucceeded;
    if (state == "failed" || state == "up_for_retry") return AttemptState::kFailed;
    if (state == "upstream_failed") return AttemptState::kUpstreamFailed;
    if (state == "skipped" || state == "removed") return AttemptState::kSkipped;
    if (state == "running" || state == "deferred" || state == "up_for_reschedule" || state == "restarting")
        return AttemptState::kRunning;
    if (state.empty() || state == "none" || state == "scheduled" || state == "queued") return AttemptState::kQueued;
    return std::nullopt;
}

}  // namespace dagy::model
