#include "diagnose/investigate.h"

#include <algorithm>

#include "base/error.h"
#include "diagnose/classify.h"
#include "diagnose/code_place.h"

namespace dagy::diagnose {
namespace {

using model::AttemptState;

bool Failed(const model::TaskAttempt& attempt) {
    return attempt.state == AttemptState::kFailed || attempt.state == AttemptState::kTimedOut ||
           attempt.state == AttemptState::kCancelled;
}

/// The first and the last ones of many: where it began, and what it ended with.
std::vector<const model::TaskAttempt*> Bounded(std::vector<const model::TaskAttempt*> attempts, size_t max) {
    if (attempts.size() > max)
        attempts.erase(attempts.begin() + 1, attempts.end() - static_cast<std::ptrdiff_t>(max - 1));
    return attempts;
}

std::vector<const model::TaskAttempt*> ToRead(const RunFile& run, const std::string& task_id,
                                              const std::vector<int>& only, size_t max) {
    std::vector<const model::TaskAttempt*> failed, all;
    for (const auto& attempt : run.attempts) {
        if (attempt.task_id != task_id) continue;
        if (!only.empty() && std::find(only.begin(), only.end(), attempt.attempt) == only.end()) continue;
        all.push_back(&attempt);
        if (Failed(attempt)) failed.push_back(&attempt);
    }
    if (!failed.empty()) return Bounded(std::move(failed), max);
    // Cut off in the middle, or never ended: what its last try wrote is all there is.
    if (!all.empty() && all.back()->state != AttemptState::kSucceeded &&
        all.back()->state != AttemptState::kUpstreamFailed)
        return {all.back()};
    return {};
}

/// In a chain of one failure seen several times the deepest exception is the cause, but the one around it often says
/// more: which host, which file, which statement. Its words, where they hold the cause's own, are the better quote of
/// the same record.
void QuoteTheTellingOne(std::vector<Candidate>& candidates, const TaskFinding& task) {
    constexpr size_t kTellingMax = 240;
    for (auto& candidate : candidates) {
        if (candidate.exception_message.empty() || candidate.exception_message.size() > 80 ||
            candidate.proof.text != candidate.exception_message)
            continue;
        const Reading* reading = ReadingOf(task, candidate);
        const ExceptionChain* chain = reading ? ChainOf(*reading, candidate) : nullptr;
        if (chain == nullptr) continue;
        for (auto exception = chain->exceptions.rbegin(); exception != chain->exceptions.rend(); ++exception) {
            const auto& said = exception->message;
            if (exception->row != candidate.proof.row || said.size() <= candidate.exception_message.size() ||
                said.size() > kTellingMax)
                continue;
            if (said.find(candidate.exception_message) == std::string::npos) continue;
            candidate.proof.text = said;
            break;
        }
    }
}

}  // namespace

Investigator::Investigator(const CaseFile& file, const Knowledge& knowledge, std::stop_token stop, ReadLimits limits)
    : file_(file), knowledge_(knowledge), stop_(stop), limits_(limits), bounds_{.stop = std::move(stop)} {}

void Investigator::CheckStop() const {
    if (stop_.stop_requested())
        throw Error(ErrorCode::kTimeout, "the diagnosis was stopped before it was done",
                    "ask again; or raise the time limit");
}

Reading Investigator::ReadWithin(int64_t rows_max, const RunFile& run, const model::TaskAttempt& attempt) {
    CheckStop();
    bounds_.whole_rows_max = rows_max;
    Reading reading = ReadAttempt(knowledge_, *file_.logs, run, attempt, bounds_);
    CheckStop();
    return reading;
}

bool Investigator::HasOwnFailure(const TaskFinding& task) {
    return task.state != AttemptState::kUpstreamFailed && task.role != Role::kHealthy;
}

const RunFile* Investigator::RunOf(const TaskFinding& task, const DagFile** dag) const {
    const auto& mine = file_.run.run;
    if (task.dag_id == mine.dag_id && (task.run_id.empty() || task.run_id == mine.run_id)) {
        *dag = &file_.dag;
        return &file_.run;
    }
    for (const auto& related : file_.related) {
        if (related.file.run.dag_id == task.dag_id && related.file.run.run_id == task.run_id) {
            *dag = &related.dag;
            return &related.file;
        }
    }
    return nullptr;
}

const Contrast& Investigator::ContrastOf(const DagFile& dag, const RunFile& run, const TaskFinding& task) {
    const auto key = std::pair(run.run.dag_id, task.base_task);
    if (const auto known = contrasts_.find(key); known != contrasts_.end()) return known->second;
    std::vector<Reading> good;
    for (const auto& before : dag.before) {
        if (good.size() >= limits_.good_runs) break;
        CheckStop();
        const model::TaskAttempt* succeeded = nullptr;
        for (const auto& attempt : before.attempts) {
            const bool same =
                attempt.task_id == task.task_id || (succeeded == nullptr && attempt.BaseTask() == task.base_task);
            if (same && attempt.state == AttemptState::kSucceeded) succeeded = &attempt;
        }
        if (succeeded == nullptr) continue;
        Reading reading = ReadWithin(limits_.good_rows, before, *succeeded);
        if (reading.has_log) good.push_back(std::move(reading));
    }
    return contrasts_.emplace(key, BuildContrast(good)).first->second;
}

void Investigator::Classified(TaskFinding& task, const RunFile& run, const DagFile& dag, const Contrast& contrast) {
    const TaskContext context{&file_, &run, &dag, &task, &contrast};
    task.candidates = Classify(knowledge_, context, task.readings, explains_ ? &task.fired : nullptr);
    QuoteTheTellingOne(task.candidates, task);
    if (!task.readings.empty()) task.signature = Signature(task.candidates, task.readings.back());
    task.attempt_signatures.clear();
    for (const auto& reading : task.readings) {
        const bool only = task.readings.size() == 1;
        auto alone = only ? task.candidates : Classify(knowledge_, context, {reading});
        QuoteTheTellingOne(alone, task);
        task.attempt_signatures.push_back(only ? task.signature : Signature(alone, reading));
        if (!alone.empty())
            attempt_causes_.insert_or_assign({run.run.dag_id, run.run.run_id, task.task_id, reading.attempt},
                                             alone.front());
    }
}

bool Investigator::Read(TaskFinding& task) {
    const DagFile* dag = nullptr;
    const RunFile* run = RunOf(task, &dag);
    if (run == nullptr || file_.logs == nullptr) return false;
    if (tasks_read_ >= limits_.tasks) {
        ++tasks_left_out_;
        return false;
    }
    ++tasks_read_;
    const bool asked = run == &file_.run &&
                       (file_.task_id.empty() || file_.task_id == task.task_id || file_.task_id == task.base_task);
    for (const auto* attempt :
         ToRead(*run, task.task_id, asked ? file_.try_numbers : std::vector<int>{}, limits_.attempts)) {
        CheckStop();
        task.readings.push_back(ReadWithin(limits_.rows, *run, *attempt));
        FillCode(task.readings.back(), *dag);
    }
    Classified(task, *run, *dag, ContrastOf(*dag, *run, task));
    return true;
}

const TaskFinding* Investigator::ReadOther(const RunFile& run, const std::string& task_id) {
    const auto key = std::pair(run.run.key, task_id);
    if (const auto known = others_.find(key); known != others_.end()) return known->second.get();
    if (others_.size() >= limits_.other_runs || file_.logs == nullptr) return nullptr;
    CheckStop();
    const model::TaskAttempt* last = nullptr;
    for (const auto& attempt : run.attempts) {
        if ((attempt.task_id == task_id || attempt.BaseTask() == task_id) && Failed(attempt)) last = &attempt;
    }
    if (last == nullptr) return others_.emplace(key, nullptr).first->second.get();
    const DagFile* dag = &file_.dag;
    for (const auto& related : file_.related) {
        if (related.file.run.dag_id == run.run.dag_id) dag = &related.dag;
    }
    auto finding = std::make_unique<TaskFinding>();
    finding->dag_id = run.run.dag_id;
    finding->run_id = run.run.run_id;
    finding->task_id = last->task_id;
    finding->base_task = last->BaseTask();
    finding->state = last->state;
    finding->original_state = last->original_state;
    finding->operator_name = last->operator_name;
    finding->attempts = last->attempt;
    finding->max_attempts = last->max_attempts;
    finding->started_at = last->started_at;
    finding->ended_at = last->ended_at;
    finding->readings.push_back(ReadWithin(limits_.good_rows, run, *last));
    Classified(*finding, run, *dag, ContrastOf(*dag, run, *finding));
    return others_.emplace(key, std::move(finding)).first->second.get();
}

}  // namespace dagy::diagnose
