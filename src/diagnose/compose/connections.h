/// Which Airflow connections a failure has to do with.
#pragma once

#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// Named by the cause, by the failing log, by a claimed change, or by the code of the failing task; best first, each
/// once.
std::vector<std::string> FindConnections(const DagFile& dag, const CaseFile& file, const TaskFinding* task,
                                         const Candidate& cause, const ChangeSignal* change);

}  // namespace dagy::diagnose
