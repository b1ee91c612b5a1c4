/// What became of a phase of a run, as the run search filters it and shows it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/states.h"

namespace dagy::model {

/// In order: of several tasks of one phase the greatest counts.
enum class PhaseStatus : uint8_t { kMissing, kSuccess, kRunning, kError };

/// `missing success running error`.
std::string_view Name(PhaseStatus status);
std::optional<PhaseStatus> ParsePhaseStatus(std::string_view name);
/// What a task says of its phase, where the phase says nothing itself.
PhaseStatus StatusOf(AttemptState state);

/// The phases that the run search filters by.
enum class EtlPhase : uint8_t { kEvent, kExtract, kTransform, kLoad };
inline constexpr std::array kEtlPhases{EtlPhase::kEvent, EtlPhase::kExtract, EtlPhase::kTransform, EtlPhase::kLoad};

/// `event extract transform load`.
std::string_view Name(EtlPhase phase);
std::optional<EtlPhase> ParseEtlPhase(std::string_view name);

}  // namespace dagy::model
