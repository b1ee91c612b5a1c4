#include "diagnose/history/changes.h"

#include <algorithm>

#include "diagnose/history/setting_event.h"
#include "diagnose/history/source_scope.h"

namespace dagy::diagnose {

namespace {

constexpr size_t kSignalsAtMost = 50;

std::string ErrorText(const Findings& so_far, const TaskFinding* task) {
    std::string text = so_far.cause.exception_class + "\n" + so_far.cause.exception_message + "\n" + so_far.cause.why +
                       "\n" + so_far.cause.proof.text + "\n";
    for (const auto& [key, value] : so_far.cause.captures) text += value + "\n";
    if (!task || task->readings.empty()) return text;
    const Reading& last = task->readings.back();
    for (const ExceptionChain& chain : last.chains)
        for (const Exception& exception : chain.exceptions) {
            text += exception.type + "\n" + exception.message + "\n";
            for (const auto& note : exception.notes) text += note + "\n";
            for (const Frame& frame : exception.frames)
                if (frame.is_user_code) text += frame.code + "\n";
        }
    for (const Signal& signal : last.signals)
        if (signal.level >= model::Level::kWarning || !signal.is_orchestrator) text += signal.text + "\n";
    for (const auto& url : last.urls) text += url + "\n";
    return text;
}

const model::DagVersion& VersionOf(const DagFile& dag, const std::string& name) {
    for (const auto& version : dag.versions)
        if (version.version == name) return version;
    return dag.version;
}

void Fields(const json::value& value, std::string_view key, std::vector<std::string>& connections) {
    if (value.is_object()) {
        for (const auto& member : value.as_object()) Fields(member.value(), member.key(), connections);
    } else if (value.is_string() && (key.ends_with("conn_id") || key == "connection_id")) {
        connections.emplace_back(value.as_string());
    }
}

/// When the task's first failing attempt of the onset ended, so that what was changed while it ran counts too.
Time OnsetOf(const RunPoint& onset, const std::string& task) {
    std::optional<Time> first;
    for (const auto& attempt : onset.file->attempts) {
        if (attempt.BaseTask() != task || attempt.state == model::AttemptState::kSucceeded || !attempt.ended_at)
            continue;
        if (!first || *attempt.ended_at < *first) first = attempt.ended_at;
    }
    return first.value_or(onset.file->run.ended_at.value_or(onset.start));
}

}  // namespace

bool FailureView::InError(std::string_view name) const {
    return name.size() >= 3 && Mentions(error_text, name);
}

bool FailureView::InTask(std::string_view name) const {
    return Mentions(task_source, name) || std::find(connections.begin(), connections.end(), name) != connections.end();
}

FailureView ViewOf(const CaseFile& file, const Findings& so_far, const Subject& subject, const Timeline& line) {
    FailureView view;
    view.code = so_far.cause.code;
    view.error_text = ErrorText(so_far, subject.finding);
    view.dag_id = subject.run->run.dag_id;
    const RunPoint& onset = line.points[line.Onset()];
    const model::DagVersion& version = VersionOf(*subject.dag, onset.file->run.dag_version);
    view.dag_source = version.source;
    view.shared_source = SharedSource(version.source);
    view.task_source = subject.task.empty() ? version.source : TaskSource(version.source, subject.task);
    if (const RunPoint* good = line.LastGoodTask()) view.last_good = good->start;
    view.onset = subject.task.empty() ? onset.file->run.ended_at.value_or(onset.start) : OnsetOf(onset, subject.task);
    view.onset_start = onset.start;
    if (subject.finding)
        for (const Reading& reading : subject.finding->readings)
            view.connections.insert(view.connections.end(), reading.connection_ids.begin(),
                                    reading.connection_ids.end());
    for (const auto& attempt : subject.run->attempts) {
        if (attempt.BaseTask() != subject.task) continue;
        if (view.pool.empty()) view.pool = attempt.pool;
        if (const auto* fields = GetObject(attempt.extras, "rendered_fields"))
            Fields(json::value(*fields), "", view.connections);
    }
    if (const auto pool = so_far.cause.captures.find("pool"); pool != so_far.cause.captures.end())
        view.pool = pool->second;
    (void)file;
    return view;
}

std::vector<ChangeSignal> FindChanges(const CaseFile& file, const Findings& so_far, const Subject& subject,
                                      const Timeline& line) {
    const FailureView view = ViewOf(file, so_far, subject, line);
    std::vector<ChangeSignal> changes;
    AddSettingChanges(file, view, changes);
    AddCodeChanges(file, view, subject, line, changes);
    AddSchemaChanges(file, view, changes);
    for (ChangeSignal& change : changes) {
        change.hours_before_onset = SecondsBetween(change.ts, view.onset_start) / 3600;
        // Without a good run before there is no "since": only an error that names the thing itself can tie it to a
        // change.
        if (!view.last_good && !view.InError(change.resource)) change.score = std::min(change.score, 0.4);
        if (!view.HasCause()) change.score = std::min(change.score, 0.45);
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const auto& a, const auto& b) { return a.score != b.score ? a.score > b.score : a.ts > b.ts; });
    if (changes.size() > kSignalsAtMost) changes.resize(kSignalsAtMost);
    return changes;
}

bool ChangedBetween(const CaseFile& file, const FailureView& view, const Subject& subject, const RunFile& failed,
                    const RunFile& good) {
    const auto content = [&](const RunFile& run) { return VersionOf(*subject.dag, run.run.dag_version).source; };
    if (failed.run.dag_version != good.run.dag_version && content(failed) != content(good)) return true;
    const Time from = failed.run.ended_at.value_or(view.onset), to = good.run.ended_at.value_or(from);
    return std::any_of(file.source_events.begin(), file.source_events.end(), [&](const model::SourceEvent& event) {
        if (event.ts <= from || event.ts > to) return false;
        const auto setting = ReadSettingEvent(event);
        return setting &&
               (view.InTask(setting->resource) || view.InError(setting->resource) || setting->resource == view.pool);
    });
}

}  // namespace dagy::diagnose
