/// What every sentence of a diagnosis is made of: the findings, seen from the primary cause. Built once, read by
/// narrative and compose.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "diagnose/advise.h"
#include "diagnose/advise/vendor.h"
#include "diagnose/case_file.h"
#include "diagnose/code_place.h"
#include "diagnose/evidence.h"
#include "diagnose/finding.h"
#include "diagnose/impact.h"
#include "diagnose/severity.h"

namespace dagy::diagnose {

/// The best candidate of each failed attempt by itself: (dag, run, task, attempt) → candidate.
using AttemptCauses = std::map<std::tuple<std::string, std::string, std::string, int>, Candidate>;

struct Story {
    const CaseFile& file;
    const Findings& findings;
    const AttemptCauses& attempt_causes;
    RefBook& refs;

    const TaskFinding* root = nullptr;  ///< the primary root, here or in a related run; nullptr: a cause above tasks
    const RunFile* root_run = nullptr;
    const DagFile* root_dag = nullptr;
    const Reading* reading = nullptr;
    const ExceptionChain* chain = nullptr;
    std::optional<CodePlace> code;
    const ChangeSignal* change = nullptr;  ///< claimed as the cause, or part of it
    std::vector<std::string> victims;      ///< base task ids of this run, in the order of the cascade
    std::vector<const RunFile*>
        failed_runs;  ///< of the root's dag, since the onset, oldest first, the diagnosed one included
    std::vector<std::string> conn_ids;
    Words words;
    Advice advice, change_advice, rerun;
    Impact impact;
    Urgency urgency;
    Vendor vendor;

    bool IsUpstream() const { return root != nullptr && root->dag_id != file.run.run.dag_id; }
    bool Abstains() const { return findings.cause.code == "INSUFFICIENT_EVIDENCE"; }
    /// `pull_rates`, or `other_dag.task` where it lies elsewhere.
    std::string RootName() const;
};

class Guidance;

/// `findings` and `refs` outlive the story. `guidance` may be nullptr.
Story TellStory(const CaseFile& file, const Findings& findings, const AttemptCauses& attempt_causes, RefBook& refs,
                const Guidance* guidance = nullptr);

/// The primary root among the findings; nullptr where the cause lies above tasks.
const TaskFinding* PrimaryRoot(const CaseFile& file, const Findings& findings);

/// Proof of the states of some tasks of a run (`t1`): a line `task attempt STATE` each.
Proof StatesProof(const RunFile& run, const std::vector<std::string>& tasks);
/// Proof of how some runs ended (`h1`): a line `run_id STATE started_at` each.
Proof RunsProof(const std::vector<const RunFile*>& runs);

/// The words of a cause on one line: `Class: message`, or the line that shows it.
std::string KeyLine(const Candidate& cause, size_t bytes = 240);

}  // namespace dagy::diagnose
