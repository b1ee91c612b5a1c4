/// The story as it is told while it is found out: a sentence or two each, as someone on call would write them. Pure.
#pragma once

#include <string>
#include <vector>

#include "diagnose/compose/story.h"

namespace dagy::diagnose {

/// "Run `x` of **dag** failed after 6 s: 1 task failed, 2 never ran, 0 succeeded." Needs states only.
std::string TellRun(const CaseFile& file);
/// Who failed by itself and who waits for it, as the graph says before any log is read.
std::string TellTasks(const CaseFile& file, const std::vector<TaskFinding>& tasks);
/// What one task's log says, as soon as it is read.
std::string TellReading(const TaskFinding& task, const std::string& ref_mark);
/// What was looked at around the run (other dags, run-level causes).
std::vector<std::string> TellLocalisation(const Findings& findings);
/// A chain of wrapped exceptions explained; empty where there is one only.
std::string TellWrappers(const Story& story);
std::string TellHistory(const Story& story);
std::string TellChanges(const Story& story);
std::string TellChecks(const Story& story);
std::string TellVerdict(const Story& story, const std::string& evidence_status, double confidence);

}  // namespace dagy::diagnose
