/// Rows of phases → values, with what their tasks say of them; and the marks of a run that the run search filters by.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "model/phase_status.h"
#include "model/record.h"
#include "store/sqlite/database.h"

namespace dagy::store::sqlite {

/// Phases of runs by (phase, attempt), those of which only tasks tell too; each has a status.
std::map<int64_t, std::vector<model::PhaseSummary>> ReadPhases(Database& database,
                                                               const std::vector<int64_t>& run_keys);

/// The column of `runs` that has the status of the phase's newest attempt.
std::string_view StatusColumn(model::EtlPhase phase);

/// Brings etl_phases and the status columns of the run up to date with its phases and attempts.
void MarkPhases(Database& database, int64_t run_key);

}  // namespace dagy::store::sqlite
