/// Finds the one line that proves what happened to a task from outside.
#pragma once

#include <optional>
#include <string_view>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// The last log row of the task's last attempt whose message has `words`, from its readings or, where they lack it,
/// from its log (the last 20,000 rows). Nothing if there is none or no log.
std::optional<Proof> FindLine(const CaseFile& file, const RunFile& run, const TaskFinding& task,
                              std::string_view words);

/// The same, looking at readings only: no log is read.
std::optional<Proof> FindInReadings(const TaskFinding& task, std::string_view words);

}  // namespace dagy::diagnose
