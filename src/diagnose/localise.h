/// Where a failure began, whom it took along, and what failed beside it.
///
///   FindTasks ─▶ (their logs are read and classified) ─▶ Localise ─▶ roots, independents, victims, cascade, run-level
///   causes
#pragma once

#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// Step 1, by states and graph alone. Every task of the run that failed, could not run because of it, was cut off, or
/// failed before a retry healed it; by topological order, then name; a mapped instance each. Then the tasks that failed
/// by themselves in related runs upstream (their dag_id and run_id say where). `role` is what the graph alone says;
/// readings are empty.
std::vector<TaskFinding> FindTasks(const CaseFile& file);

/// Step 2, when `tasks` have readings, candidates and signatures: sets their final roles and blamed_on, and says where
/// the cause lies. Reads `file` and, for the few lines no reading keeps, `file.logs` (may be null).
Localisation Localise(const CaseFile& file, std::vector<TaskFinding>& tasks);

}  // namespace dagy::diagnose
