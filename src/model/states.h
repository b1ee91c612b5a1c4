/// The states of runs, task attempts and diagnosis runs, and which moves between them exist. One table; nobody else
/// decides.
#pragma once

#include <optional>
#include <string_view>

namespace dagy::model {

enum class RunState { kQueued, kRunning, kSucceeded, kFailed, kCancelled };

enum class AttemptState { kQueued, kRunning, kSucceeded, kFailed, kSkipped, kTimedOut, kCancelled, kUpstreamFailed };

enum class DiagnosisState { kPending, kRunning, kCompleted, kFailed, kTimedOut };

/// `QUEUED`, `UPSTREAM_FAILED` …; diagnosis states in lower case (`timed_out`), as `vocabulary.md` writes them.
std::string_view Name(RunState state);
std::string_view Name(AttemptState state);
std::string_view Name(DiagnosisState state);

std::optional<RunState> ParseRunState(std::string_view name);
std::optional<AttemptState> ParseAttemptState(std::string_view name);
std::optional<DiagnosisState> ParseDiagnosisState(std::string_view name);

/// The move is in the table. A state may always "move" to itself (an event that arrives twice).
bool CanMove(RunState from, RunState to);
bool CanMove(AttemptState from, AttemptState to);
bool CanMove(DiagnosisState from, DiagnosisState to);

constexpr bool Ended(RunState s) {
    return s == RunState::kSucceeded || s == RunState::kFailed || s == RunState::kCancelled;
}
constexpr bool Ended(AttemptState s) {
    return s != AttemptState::kQueued && s != AttemptState::kRunning;
}
constexpr bool Ended(DiagnosisState s) {
    return s != DiagnosisState::kPending && s != DiagnosisState::kRunning;
}

/// Airflow's own words (`success`, `up_for_retry`, `removed` …) → ours; the original is kept beside it. Nothing for an
/// unknown word. `up_for_retry` → FAILED (that attempt did), `removed` → SKIPPED, `deferred up_for_reschedule
/// restarting running` → RUNNING, `none scheduled queued` and an empty word → QUEUED.
std::optional<RunState> RunStateFromAirflow(std::string_view state);
std::optional<AttemptState> AttemptStateFromAirflow(std::string_view state);

}  // namespace dagy::model
