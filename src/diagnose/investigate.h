/// Reads and classifies what the failed tasks of a case left behind. The only step that reads logs of its own accord.
#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/compose/story.h"
#include "diagnose/contrast.h"
#include "diagnose/finding.h"
#include "diagnose/knowledge.h"
#include "diagnose/read.h"

namespace dagy::diagnose {

/// Bounds of one diagnosis.
struct ReadLimits {
    size_t tasks = 64;              ///< of them with a failure of their own; mapped instances count each
    size_t attempts = 8;            ///< a task: the first and the last ones
    size_t good_runs = 3;           ///< to contrast with
    size_t other_runs = 200;        ///< read for history
    int64_t rows = 8'000'000;       ///< of a longer log of a failed attempt the head and the tail are read
    int64_t good_rows = 2'000'000;  ///< the same for logs of other runs
};

/// One thread. Reads through `file.logs`; throws Error kTimeout soon after `stop` is requested.
class Investigator {
  public:
    Investigator(const CaseFile& file, const Knowledge& knowledge, std::stop_token stop, ReadLimits limits = {});

    /// From here on `Read` also keeps every rule that fired.
    void Explain() { explains_ = true; }

    /// Whether a task of the findings has something of its own to read, as far as the graph says.
    static bool HasOwnFailure(const TaskFinding& task);

    /// Fills readings, candidates and signatures of `task` from its failed attempts (of a task that was cut off: its
    /// last one), with what the last good runs' logs of the same task say taken as usual. False: over the bound,
    /// nothing was read.
    bool Read(TaskFinding& task);

    /// The same for that task's last failed attempt in another run, memoised; nullptr if nothing failed there or too
    /// many were asked for.
    const TaskFinding* ReadOther(const RunFile& run, const std::string& task_id);

    const AttemptCauses& attempt_causes() const { return attempt_causes_; }
    size_t tasks_read() const { return tasks_read_; }
    size_t tasks_left_out() const { return tasks_left_out_; }

  private:
    const RunFile* RunOf(const TaskFinding& task, const DagFile** dag) const;
    const Contrast& ContrastOf(const DagFile& dag, const RunFile& run, const TaskFinding& task);
    void Classified(TaskFinding& task, const RunFile& run, const DagFile& dag, const Contrast& contrast);
    void CheckStop() const;
    Reading ReadWithin(int64_t rows_max, const RunFile& run, const model::TaskAttempt& attempt);

    const CaseFile& file_;
    const Knowledge& knowledge_;
    std::stop_token stop_;
    ReadLimits limits_;
    ReadBounds bounds_;
    std::map<std::pair<std::string, std::string>, Contrast> contrasts_;  ///< by (dag, base task)
    std::map<std::pair<int64_t, std::string>, std::unique_ptr<TaskFinding>> others_;
    AttemptCauses attempt_causes_;
    size_t tasks_read_ = 0, tasks_left_out_ = 0;
    bool explains_ = false;
};

}  // namespace dagy::diagnose
