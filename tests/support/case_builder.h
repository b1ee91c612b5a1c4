/// Builds a case file the way one tells a story; for tests of everything that looks at runs.
///
///   CaseBuilder c("sales");
///   c.Task("extract", {"load"}).Task("load");
///   c.GoodRun("r1").Run("r2", "failed").Failed("extract", 2).UpstreamFailed("load").Diagnose("r2");
///   const CaseFile file = c.Build();
///
/// Runs begin ten minutes apart from 2026-01-01T00:00:00Z in the order in which they are told, and last five minutes. A
/// task starts at its run's start and ends a minute later unless told otherwise.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::testing {

inline Time At(double minutes) {
    return *ParseTime("2026-01-01T00:00:00Z") + std::chrono::microseconds(static_cast<int64_t>(minutes * 60e6));
}

class CaseBuilder {
  public:
    explicit CaseBuilder(std::string dag_id) {
        version_.dag_id = std::move(dag_id);
        version_.version = "1";
        version_.created_at = At(-60);
    }

    CaseBuilder& Task(const std::string& task_id, std::vector<std::string> downstream = {},
                      const std::string& trigger_rule = "all_success",
                      const std::string& operator_name = "PythonOperator") {
        model::Task task{.task_id = task_id, .downstream = std::move(downstream), .operator_name = operator_name};
        task.trigger_rule = trigger_rule;
        version_.tasks.push_back(std::move(task));
        return *this;
    }
    CaseBuilder& Dag(const std::string& key, json::value value) {
        version_.extras[key] = std::move(value);
        return *this;
    }
    CaseBuilder& Source(const std::string& text) {
        version_.source = text;
        return *this;
    }
    /// Ends the version so far and begins the next one, made `minutes` after the start of the world.
    CaseBuilder& NewVersion(const std::string& version, double minutes, const std::string& source) {
        versions_.push_back(version_);
        version_.version = version;
        version_.created_at = At(minutes);
        version_.source = source;
        return *this;
    }

    CaseBuilder& Run(const std::string& run_id, const std::string& state, const std::string& logical_date = {}) {
        diagnose::RunFile file;
        file.run.key = static_cast<int64_t>(runs_.size()) + 1;
        file.run.dag_id = version_.dag_id;
        file.run.run_id = run_id;
        file.run.dag_version = version_.version;
        file.run.original_state = state;
        file.run.state = model::RunStateFromAirflow(state).value();
        file.run.started_at = At(10.0 * static_cast<double>(runs_.size()));
        file.run.ended_at = *file.run.started_at + std::chrono::minutes(5);
        if (!logical_date.empty()) file.run.logical_date = ParseTime(logical_date);
        runs_.push_back(std::move(file));
        return *this;
    }
    /// A run in which every task succeeds.
    CaseBuilder& GoodRun(const std::string& run_id, const std::string& logical_date = {}) {
        Run(run_id, "success", logical_date);
        for (const auto& task : version_.tasks) Attempt(task.task_id, 1, "success");
        return *this;
    }
    /// Of the run told last.
    CaseBuilder& Attempt(const std::string& task_id, int number, const std::string& state) {
        model::TaskAttempt attempt;
        attempt.run_key = runs_.back().run.key;
        attempt.task_id = task_id;
        if (const auto bracket = task_id.find('['); bracket != std::string::npos) {
            attempt.mapped_of = task_id.substr(0, bracket);
            attempt.map_index = std::stoi(task_id.substr(bracket + 1));
        }
        attempt.attempt = number;
        attempt.max_attempts = number;
        attempt.original_state = state;
        attempt.state = model::AttemptStateFromAirflow(state).value();
        for (const auto& task : version_.tasks)
            if (task.task_id == attempt.BaseTask()) attempt.operator_name = task.operator_name;
        attempt.started_at = *runs_.back().run.started_at + std::chrono::minutes(number - 1);
        attempt.ended_at = *attempt.started_at + std::chrono::minutes(1);
        attempt.scheduled_at = attempt.queued_at = attempt.started_at;
        runs_.back().attempts.push_back(std::move(attempt));
        return *this;
    }
    CaseBuilder& Failed(const std::string& task_id, int attempts = 1) {
        for (int number = 1; number <= attempts; ++number)
            Attempt(task_id, number, number < attempts ? "up_for_retry" : "failed");
        return *this;
    }
    CaseBuilder& Healed(const std::string& task_id) {
        return Attempt(task_id, 1, "up_for_retry").Attempt(task_id, 2, "success");
    }
    CaseBuilder& Good(const std::string& task_id) { return Attempt(task_id, 1, "success"); }
    CaseBuilder& UpstreamFailed(const std::string& task_id) {
        Attempt(task_id, 1, "upstream_failed");
        LastAttempt().scheduled_at = LastAttempt().queued_at = std::nullopt;
        return *this;
    }
    /// Skipped before it ran, as a run's end does it: no start, no end.
    CaseBuilder& NeverRan(const std::string& task_id, const std::string& state = "skipped") {
        Attempt(task_id, 1, state);
        model::TaskAttempt& attempt = LastAttempt();
        attempt.scheduled_at = attempt.queued_at = attempt.started_at = attempt.ended_at = std::nullopt;
        return *this;
    }
    model::TaskAttempt& LastAttempt() { return runs_.back().attempts.back(); }
    model::Run& LastRun() { return runs_.back().run; }

    CaseBuilder& Event(double minutes, const std::string& event, json::object extra, const std::string& run_id = {},
                       const std::string& task_id = {}) {
        model::SourceEvent row;
        row.event_id = "airflow:" + std::to_string(events_.size() + 1);
        row.ts = At(minutes);
        row.event = event;
        row.run_id = run_id;
        row.task_id = task_id;
        if (!run_id.empty()) row.dag_id = version_.dag_id;
        row.actor = "ada";
        row.extra = std::move(extra);
        events_.push_back(std::move(row));
        return *this;
    }
    CaseBuilder& Fact(const std::string& kind, const std::string& key, json::object body) {
        facts_[kind].push_back({.kind = kind, .key = key, .body = std::move(body), .seen_at = At(0)});
        return *this;
    }
    /// The last run of `other` is linked to this case's diagnosed run.
    CaseBuilder& Related(const CaseBuilder& other, model::RunLink link, bool upstream) {
        diagnose::RelatedRun related;
        related.file = other.runs_.back();
        related.dag.version = other.version_;
        for (size_t at = other.runs_.size() - 1; at-- > 0;) related.dag.before.push_back(other.runs_[at]);
        related.link = std::move(link);
        related.upstream = upstream;
        related_.push_back(std::move(related));
        return *this;
    }
    CaseBuilder& Fleet(const std::string& dag_id, const std::string& run_id, const std::string& state, double minutes) {
        model::Run run;
        run.dag_id = dag_id;
        run.run_id = run_id;
        run.original_state = state;
        run.state = model::RunStateFromAirflow(state).value();
        run.started_at = At(minutes);
        run.ended_at = At(minutes + 5);
        fleet_.push_back(std::move(run));
        return *this;
    }
    CaseBuilder& Diagnose(const std::string& run_id) {
        diagnosed_ = run_id;
        return *this;
    }

    diagnose::CaseFile Build() const {
        diagnose::CaseFile file;
        file.dag.versions = versions_;
        file.dag.versions.push_back(version_);
        bool after = false;
        for (const auto& run : runs_) {
            if (run.run.run_id == (diagnosed_.empty() ? runs_.back().run.run_id : diagnosed_)) {
                file.run = run;
                after = true;
            } else if (after) {
                file.dag.after.push_back(run);
            } else {
                file.dag.before.push_back(run);
            }
        }
        std::reverse(file.dag.before.begin(), file.dag.before.end());
        for (const auto& version : file.dag.versions)
            if (version.version == file.run.run.dag_version) file.dag.version = version;
        file.source_events = events_;
        std::stable_sort(file.source_events.begin(), file.source_events.end(),
                         [](const auto& a, const auto& b) { return a.ts < b.ts; });
        file.facts = facts_;
        file.related = related_;
        file.fleet = fleet_;
        return file;
    }

  private:
    model::DagVersion version_;
    std::vector<model::DagVersion> versions_;
    std::vector<diagnose::RunFile> runs_;
    std::vector<model::SourceEvent> events_;
    std::map<std::string, std::vector<model::Fact>> facts_;
    std::vector<diagnose::RelatedRun> related_;
    std::vector<model::Run> fleet_;
    std::string diagnosed_;
};

/// What reading and classifying would have found: one candidate, its signature.
inline void Found(std::vector<diagnose::TaskFinding>& tasks, const std::string& task_id, const std::string& code,
                  const std::string& message = "boom") {
    for (auto& task : tasks) {
        if (task.task_id != task_id && task.dag_id + "." + task.task_id != task_id) continue;
        diagnose::Candidate candidate;
        candidate.code = code;
        candidate.score = 0.9;
        candidate.exception_class = "Error";
        candidate.exception_message = message;
        task.candidates = {candidate};
        task.signature = code + "|" + message;
        diagnose::Reading reading;
        reading.attempt = task.attempts;
        reading.has_log = true;
        reading.chains.push_back({});
        reading.chains.back().exceptions.push_back({.type = "Error", .message = message});
        reading.chains.back().where = "task";
        task.readings = {reading};
    }
}

}  // namespace dagy::testing
