#include "diagnose/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/history/changes.h"
#include "diagnose/history/health.h"
#include "diagnose/history/timeline.h"
#include "diagnose/history/transience.h"

namespace dagy::diagnose {

namespace {

constexpr size_t kSimilarAtMost = 20;

/// What came after a run that failed, or was healed, like this one.
std::string OutcomeOf(const Timeline& line, size_t at) {
    if (line.points[at].HealedLikeThis()) return "retried, succeeded";
    for (size_t next = at + 1; next < line.points.size(); ++next) {
        const RunPoint& point = line.points[next];
        if (point.WasGood())
            return next == at + 1 ? "the next run succeeded" : fmt::format("the {}. run after it succeeded", next - at);
        if (point.task == RunPoint::Task::kFailed && !point.matches) return "the next run failed in another way";
    }
    return "no good run since";
}

void AddSimilar(const Timeline& line, HistoryFinding& history) {
    for (size_t at = line.points.size(); at-- > 0 && history.similar.size() < kSimilarAtMost;) {
        const RunPoint& point = line.points[at];
        if (at == line.here || !(point.FailedLikeThis() || point.HealedLikeThis())) continue;
        history.similar.push_back({point.file->run.dag_id, point.file->run.run_id, point.start, OutcomeOf(line, at)});
    }
}

void AddDates(const Timeline& line, HistoryFinding& history) {
    const RunPoint& onset = line.points[line.Onset()];
    history.onset = onset.start;
    history.onset_run_id = onset.file->run.run_id;
    if (const RunPoint* good = line.LastGoodRun()) {
        history.last_success = good->file->run.ended_at.value_or(good->start);
        history.last_success_run_id = good->file->run.run_id;
    } else {
        history.gaps.emplace_back("last_success_date",
                                  line.here == 0 ? "no earlier run is recorded" : "no earlier run succeeded");
    }
    for (const RunPoint& point : line.points) history.match_count += point.FailedLikeThis() || point.HealedLikeThis();
    if (!line.Here().FailedLikeThis() && !line.Here().HealedLikeThis()) ++history.match_count;
    if (line.unread > 0)
        history.gaps.emplace_back(
            "match_count", fmt::format("{} failed runs farther away were not read and are not counted", line.unread));
}

bool ChangedAfter(const CaseFile& file, const FailureView& view, const Subject& subject, const Timeline& line) {
    for (size_t at = line.here + 1; at < line.points.size(); ++at)
        if (line.points[at].WasGood())
            return ChangedBetween(file, view, subject, *line.Here().file, *line.points[at].file);
    return false;
}

}  // namespace

HistoryFinding FindHistory(const CaseFile& file, const Findings& so_far, const ReadOther& read_other,
                           const UsualTransience& usual) {
    HistoryFinding history;
    const Subject subject = SubjectOf(file, so_far);
    const Timeline line = BuildTimeline(file, subject, read_other);
    AddDates(line, history);
    history.changes = FindChanges(file, so_far, subject, line);
    if (history.changes.empty()) history.gaps.emplace_back("change_signals", "no change is recorded near the onset");
    const FailureView view = ViewOf(file, so_far, subject, line);
    const Transience transience =
        JudgeTransience(line, {.code = so_far.cause.code,
                               .usual = usual ? usual(so_far.cause.code) : std::string(),
                               .explained_by_change = !history.changes.empty() && history.changes.front().score >= 0.5,
                               .changed_after = ChangedAfter(file, view, subject, line),
                               .recovered = subject.finding && subject.finding->role == Role::kRecovered});
    history.transience = transience.state;
    history.transience_why = transience.why;
    AddHealth(subject, line, history);
    AddFleetHealth(file, line, history);
    AddCoFailures(file, subject, line, history);
    AddSimilar(line, history);
    return history;
}

}  // namespace dagy::diagnose
