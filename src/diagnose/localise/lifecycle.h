/// Causes that no task's own log tells: who or what ended a run or a task from outside.
///
///   whole run: its time-out, a person, a dag file that no longer imports, a pool without slots, a deadlock on the past
///   one task:  a person, a lost heartbeat, a worker that went away, a queue that gave it up
#pragma once

#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"
#include "diagnose/localise/audit.h"
#include "diagnose/localise/run_graph.h"

namespace dagy::diagnose {

struct LifecycleCause {
    Candidate candidate;
    std::string task_id;  ///< with map index; empty: the whole run
};

/// Surest first. `tasks` are all findings; those of `run` are looked at.
std::vector<LifecycleCause> FindLifecycle(const CaseFile& file, const RunGraph& run, const model::DagVersion& version,
                                          const TaskEvents& events, const std::vector<TaskFinding>& tasks);

/// The task's process ended because it was told so from outside, not by an error of its own: a person ended the run
/// before the task had failed, or the dag stops all at the first failure of another task.
bool WasStopped(const RunGraph& run, const TaskEvents& events, const TaskFinding& task);

}  // namespace dagy::diagnose
