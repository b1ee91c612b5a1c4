#include "diagnose/history/timeline.h"

#include <algorithm>
#include <map>

#include "diagnose/localise/run_graph.h"
#include "diagnose/localise/same_cause.h"

namespace dagy::diagnose {

namespace {

using model::AttemptState;

constexpr size_t kReadsAtMost = 60;

bool IsFailure(const model::TaskAttempt& attempt) {
    return attempt.state == AttemptState::kFailed || attempt.state == AttemptState::kTimedOut;
}

Time StartOfRun(const model::Run& run) {
    for (const auto& time : {run.started_at, run.queued_at, run.logical_date, run.ended_at})
        if (time) return *time;
    return {};
}

/// One pass over the attempts: what became of the subject, and how clean the whole run was.
RunPoint PointOf(const RunFile& file, const std::string& task) {
    RunPoint point;
    point.file = &file;
    point.start = StartOfRun(file.run);
    point.ended = model::Ended(file.run.state);
    point.run_succeeded = file.run.state == model::RunState::kSucceeded;
    point.run_failed = file.run.state == model::RunState::kFailed || file.run.state == model::RunState::kCancelled;
    struct Seen {
        const model::TaskAttempt* last = nullptr;
        bool failed = false;
    };
    std::map<std::string_view, Seen> tasks;
    for (const auto& attempt : file.attempts) {
        Seen& seen = tasks[attempt.task_id];
        if (!seen.last || attempt.attempt >= seen.last->attempt) seen.last = &attempt;
        seen.failed = seen.failed || IsFailure(attempt);
    }
    for (const auto& [name, seen] : tasks) {
        point.tasks += seen.last->started_at.has_value();
        point.unclean_tasks += seen.failed;
        if (seen.last->BaseTask() != task) continue;
        using Task = RunPoint::Task;
        Task now = Task::kNotRun;
        if (IsFailure(*seen.last))
            now = Task::kFailed;
        else if (seen.last->state == AttemptState::kSucceeded)
            now = seen.failed ? Task::kHealed : Task::kGood;
        if (now == Task::kGood || now == Task::kHealed)
            if (seen.last->started_at && seen.last->ended_at)
                point.seconds =
                    std::max(point.seconds.value_or(0), SecondsBetween(*seen.last->started_at, *seen.last->ended_at));
        // Of a mapped task's instances the worst speaks for all.
        const auto weight = [](Task t) {
            return t == Task::kFailed ? 4 : t == Task::kHealed ? 3 : t == Task::kGood ? 2 : t == Task::kNotRun ? 1 : 0;
        };
        if (weight(now) > weight(point.task)) {
            point.task = now;
            point.instance = std::string(name);
        }
    }
    return point;
}

void MatchByLog(Timeline& line, const Subject& subject, const ReadOther& read_other) {
    // Nearest first, so that a bound on reading costs only the far past.
    std::vector<size_t> order;
    for (size_t d = 1; d < line.points.size(); ++d) {
        if (line.here >= d) order.push_back(line.here - d);
        if (line.here + d < line.points.size()) order.push_back(line.here + d);
    }
    size_t reads = 0;
    for (const size_t at : order) {
        RunPoint& point = line.points[at];
        if (point.task != RunPoint::Task::kFailed && point.task != RunPoint::Task::kHealed) continue;
        if (!read_other || reads >= kReadsAtMost) {
            ++line.unread;
            continue;
        }
        ++reads;
        const TaskFinding* other = read_other(*point.file, point.instance);
        point.matches = other && subject.finding && SameCause(*subject.finding, *other);
    }
}

/// A dag-level cause has no task: a run is like this one if it ended in the same way from outside.
void MatchByEnd(Timeline& line, const CaseFile& file, const Subject& subject) {
    const auto end_of = [&](const RunFile& run) {
        return HowItEnded(run, subject.dag->version, file.source_events).kind;
    };
    const auto here = end_of(*line.Here().file);
    for (RunPoint& point : line.points) {
        point.task = point.run_succeeded ? RunPoint::Task::kGood
                     : point.run_failed  ? RunPoint::Task::kFailed
                                         : RunPoint::Task::kNotRun;
        point.matches = point.run_failed && end_of(*point.file) == here;
        if (point.run_succeeded && point.file->run.started_at && point.file->run.ended_at)
            point.seconds = SecondsBetween(*point.file->run.started_at, *point.file->run.ended_at);
    }
}

}  // namespace

Subject SubjectOf(const CaseFile& file, const Findings& so_far) {
    Subject subject{.run = &file.run, .dag = &file.dag, .task = {}, .finding = nullptr};
    if (!so_far.where.roots.empty()) {
        subject.task = so_far.where.roots.front();
    } else if (!so_far.where.upstream_roots.empty()) {
        for (const RelatedRun& related : file.related)
            if (related.file.run.dag_id == so_far.where.upstream_dag &&
                related.file.run.run_id == so_far.where.upstream_run) {
                subject.run = &related.file;
                subject.dag = &related.dag;
                subject.task = so_far.where.upstream_roots.front();
            }
    }
    for (const TaskFinding& task : so_far.tasks) {
        if (task.base_task != subject.task || task.run_id != subject.run->run.run_id ||
            task.dag_id != subject.run->run.dag_id)
            continue;
        if (!subject.finding || (subject.finding->candidates.empty() && !task.candidates.empty()))
            subject.finding = &task;
    }
    return subject;
}

Timeline BuildTimeline(const CaseFile& file, const Subject& subject, const ReadOther& read_other) {
    Timeline line;
    for (auto run = subject.dag->before.rbegin(); run != subject.dag->before.rend(); ++run)
        line.points.push_back(PointOf(*run, subject.task));
    line.here = line.points.size();
    line.points.push_back(PointOf(*subject.run, subject.task));
    for (const RunFile& run : subject.dag->after) line.points.push_back(PointOf(run, subject.task));
    if (subject.task.empty()) {
        MatchByEnd(line, file, subject);
    } else {
        MatchByLog(line, subject, read_other);
    }
    line.points[line.here].matches = true;
    return line;
}

const RunPoint* Timeline::LastGoodRun() const {
    for (size_t at = here; at-- > 0;)
        if (points[at].run_succeeded) return &points[at];
    return nullptr;
}

const RunPoint* Timeline::LastGoodTask() const {
    for (size_t at = here; at-- > 0;)
        if (points[at].WasGood()) return &points[at];
    // A task that no earlier run has came with a newer version: the last run that was good without it is what to
    // compare with.
    const bool is_new = !std::any_of(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(here),
                                     [](const RunPoint& point) { return point.task != RunPoint::Task::kAbsent; });
    return is_new ? LastGoodRun() : nullptr;
}

size_t Timeline::Onset() const {
    size_t onset = here;
    for (size_t at = here; at-- > 0;) {
        if (points[at].FailedLikeThis()) onset = at;
        if (points[at].WasGood()) break;
    }
    return onset;
}

}  // namespace dagy::diagnose
