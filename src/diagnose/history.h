/// The failure in time: since when, how often, what changed before, what the duration and the neighbours say.
#pragma once

#include <functional>
#include <string>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// Reads and classifies that task's last failed attempt in another run, memoised by the caller; nullptr if nothing
/// failed there.
using ReadOther = std::function<const TaskFinding*(const RunFile& run, const std::string& task_id)>;

/// The usual transience of a code (root-cause-types.tsv): PERMANENT, INTERMITTENT or TRANSIENT; empty if the code is
/// unknown.
using UsualTransience = std::function<std::string(const std::string& code)>;

/// `so_far` has tasks with final roles, `where` and `cause`. Linear in runs, attempts and events; reads other runs'
/// logs only by `read_other`, and only as many as the answer needs (bounded). Never throws for lack of data: what
/// cannot be said is a gap.
HistoryFinding FindHistory(const CaseFile& file, const Findings& so_far, const ReadOther& read_other,
                           const UsualTransience& usual = {});

}  // namespace dagy::diagnose
