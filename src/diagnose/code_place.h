/// The line of the user's own code at which a task failed.
#pragma once

#include <optional>
#include <string>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

struct CodePlace {
    std::string file;  ///< last part of its path
    int line = 0;
    std::string function;        ///< empty at module level
    std::string text;            ///< the source line, without indentation; empty if unknown
    bool raised_here = true;     ///< false: no frame tells; this is where the task is defined
    std::optional<Proof> proof;  ///< kind code; nothing where the source is not among the records
};

/// The deepest frame of user code in the chain that `cause` stands in, else in any chain of the task's readings, else
/// the place in the DAG file that defines the task. Nothing where none is known.
std::optional<CodePlace> FindCode(const DagFile& dag, const TaskFinding& task, const Candidate& cause);

/// Gives frames in the DAG's own file their line of code where the log has none (Airflow 3 writes numbers only). The
/// source is the one stored for the run; where it was changed since, the line may be another's.
void FillCode(Reading& reading, const DagFile& dag);

/// The part of the DAG file that makes the task: from its `def` or operator call to the next one on the same level.
/// Empty if not found.
std::string SourceOfTask(const model::DagVersion& version, const std::string& base_task);

/// The chain of the reading that holds the cause's proof; else one with its class; else the last of the task itself.
/// nullptr: none.
const ExceptionChain* ChainOf(const Reading& reading, const Candidate& cause);
/// The reading that the cause was found in; else the last. nullptr: the task has none.
const Reading* ReadingOf(const TaskFinding& task, const Candidate& cause);

}  // namespace dagy::diagnose
