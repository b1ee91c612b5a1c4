/// From what the logs of a task's failed attempts say to root-cause codes.
#pragma once

#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/contrast.h"
#include "diagnose/finding.h"
#include "diagnose/knowledge.h"

namespace dagy::diagnose {

/// What surrounds the readings. Everything may be nullptr.
struct TaskContext {
    const CaseFile* file = nullptr;
    const RunFile* run = nullptr;
    const DagFile* dag = nullptr;
    const TaskFinding* task = nullptr;
    const Contrast* contrast = nullptr;
};

/// Candidates, best first; one a code. Empty where nothing in the readings points to a cause. `fired` (may be nullptr)
/// gets every rule that matched in any attempt.
std::vector<Candidate> Classify(const Knowledge& knowledge, const TaskContext& context,
                                const std::vector<Reading>& readings, std::vector<FiredRule>* fired = nullptr);

/// One key for "the same error": class, user frames and message template, with numbers, ids and paths taken out.
/// The same over runs and attempts; empty where nothing failed visibly.
std::string Signature(const std::vector<Candidate>& candidates, const Reading& last);

}  // namespace dagy::diagnose
