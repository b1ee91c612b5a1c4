/// The runs of the failing task's dag in time: what became of that task in each, oldest first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"
#include "diagnose/history.h"

namespace dagy::diagnose {

/// One run as history sees it.
struct RunPoint {
    const RunFile* file = nullptr;
    Time start{};
    bool ended = false, run_failed = false, run_succeeded = false;
    enum class Task { kAbsent, kGood, kHealed, kFailed, kNotRun } task = Task::kAbsent;
    std::string instance;           ///< the task id (with map index) that failed or was healed
    std::optional<double> seconds;  ///< the task's last attempt, where it succeeded
    bool matches = false;           ///< failed, or was healed, with the diagnosed failure's signature
    int unclean_tasks = 0;          ///< tasks with a failed attempt
    int tasks = 0;                  ///< tasks that ran

    bool FailedLikeThis() const { return task == Task::kFailed && matches; }
    bool HealedLikeThis() const { return task == Task::kHealed && matches; }
    bool WasGood() const { return task == Task::kGood || task == Task::kHealed; }
};

/// Which task (in which dag) history is told of. For a dag-level cause, `task` is empty and the run itself is the
/// subject.
struct Subject {
    const RunFile* run = nullptr;
    const DagFile* dag = nullptr;
    std::string task;  ///< base name
    const TaskFinding* finding = nullptr;
};

Subject SubjectOf(const CaseFile& file, const Findings& so_far);

struct Timeline {
    std::vector<RunPoint> points;  ///< oldest first
    size_t here = 0;               ///< the diagnosed (or upstream) run
    size_t unread = 0;             ///< failures whose logs were not read, for there were too many

    const RunPoint& Here() const { return points[here]; }
    /// The newest earlier run that succeeded whole; the newest earlier run in which the task did.
    const RunPoint* LastGoodRun() const;
    const RunPoint* LastGoodTask() const;
    /// Index of the first run of the unbroken row of failures like this one that the diagnosed run ends.
    size_t Onset() const;
};

/// Linear in runs and attempts; reads at most 60 other runs' logs, the nearest ones.
Timeline BuildTimeline(const CaseFile& file, const Subject& subject, const ReadOther& read_other);

}  // namespace dagy::diagnose
