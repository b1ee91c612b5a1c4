#include "diagnose/compose/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "diagnose/advise/words.h"
#include "diagnose/compose/connections.h"
#include "diagnose/compose/wording.h"
#include "diagnose/gather.h"
#include "diagnose/guidance.h"

namespace dagy::diagnose {
namespace {

constexpr double kClaimed = 0.5;

void FindRuns(Story& story) {
    const CaseFile& file = story.file;
    story.root_run = &file.run;
    story.root_dag = &file.dag;
    if (story.root == nullptr || story.root->dag_id == file.run.run.dag_id) return;
    for (const auto& related : file.related) {
        if (related.file.run.dag_id != story.root->dag_id || related.file.run.run_id != story.root->run_id) continue;
        story.root_run = &related.file;
        story.root_dag = &related.dag;
    }
}

void FindVictims(Story& story) {
    const auto add = [&](const std::string& task) {
        if (std::find(story.victims.begin(), story.victims.end(), task) == story.victims.end())
            story.victims.push_back(task);
    };
    std::set<std::string> victims;
    const auto& dag = story.file.run.run.dag_id;
    for (const auto& task : story.findings.tasks) {
        if (task.role == Role::kVictim && task.dag_id == dag) victims.insert(task.base_task);
    }
    for (const auto& hop : story.findings.where.cascade) {
        if (hop.dag_id == dag && victims.contains(hop.task_id)) add(hop.task_id);
    }
    for (const auto& task : story.findings.tasks) {
        if (victims.contains(task.base_task)) add(task.base_task);
    }
}

/// Failed runs from the onset to the diagnosed one; without a known onset only this run.
void FindFailedRuns(Story& story) {
    const auto& onset = story.findings.history.onset;
    const Time last = StartOf(story.root_run->run);
    for (auto run = story.root_dag->before.rbegin(); run != story.root_dag->before.rend(); ++run) {
        if (onset && StartOf(run->run) >= *onset && StartOf(run->run) <= last &&
            run->run.state == model::RunState::kFailed)
            story.failed_runs.push_back(&*run);
    }
    story.failed_runs.push_back(story.root_run);
}

void FindCodePlace(Story& story) {
    if (story.root == nullptr) return;
    story.reading = ReadingOf(*story.root, story.findings.cause);
    if (story.reading) story.chain = ChainOf(*story.reading, story.findings.cause);
    story.code = FindCode(*story.root_dag, *story.root, story.findings.cause);
}

std::string StateLine(const model::TaskAttempt& attempt) {
    const std::string state(attempt.original_state.empty() ? std::string(model::Name(attempt.state))
                                                           : attempt.original_state);
    return fmt::format("{} {} {}", attempt.task_id, attempt.attempt, state);
}

}  // namespace

std::string Story::RootName() const {
    if (root == nullptr) return {};
    return IsUpstream() ? fmt::format("{}.{}", root->dag_id, root->base_task) : root->base_task;
}

const TaskFinding* PrimaryRoot(const CaseFile& file, const Findings& findings) {
    const auto& where = findings.where;
    const bool upstream = !where.upstream_roots.empty();
    const auto& names = upstream ? where.upstream_roots : where.roots;
    if (names.empty()) return nullptr;
    const std::string& dag = upstream ? where.upstream_dag : file.run.run.dag_id;
    const TaskFinding* best = nullptr;
    for (const auto& task : findings.tasks) {
        if (task.dag_id != dag || (task.base_task != names[0] && task.task_id != names[0])) continue;
        const bool better =
            best == nullptr || (best->candidates.empty() && !task.candidates.empty()) ||
            (task.task_id == findings.cause.proof.task_id && best->task_id != findings.cause.proof.task_id);
        if (better) best = &task;
    }
    return best;
}

Story TellStory(const CaseFile& file, const Findings& findings, const AttemptCauses& attempt_causes, RefBook& refs,
                const Guidance* guidance) {
    Story story{file, findings, attempt_causes, refs};
    story.root = PrimaryRoot(file, findings);
    FindRuns(story);
    FindVictims(story);
    FindFailedRuns(story);
    FindCodePlace(story);
    for (const auto& change : findings.history.changes) {
        if (change.score >= kClaimed && (story.change == nullptr || change.score > story.change->score))
            story.change = &change;
    }
    story.conn_ids = FindConnections(*story.root_dag, file, story.root, findings.cause, story.change);
    story.impact = FindImpact(file, findings);
    story.urgency = FindUrgency(file, findings, story.impact);
    story.words = MakeWords(story);
    const auto& book = AdviceBook::Builtin();
    story.advice = book.For(findings.cause.code, story.words);
    if (guidance != nullptr) guidance->Advise(findings.cause, story.words, story.advice);
    if (story.change) story.change_advice = book.For("_CHANGE_" + story.change->kind, story.words);
    story.rerun = book.For("_RERUN", story.words);
    story.vendor = FindVendor(file, story.root, findings.cause, story.words, story.conn_ids);
    return story;
}

Proof StatesProof(const RunFile& run, const std::vector<std::string>& tasks) {
    Proof proof;
    proof.kind = Proof::Kind::kHistory;
    proof.dag_id = run.run.dag_id;
    proof.run_id = run.run.run_id;
    proof.event_id = "states";
    constexpr size_t kLinesMax = 24;
    size_t lines = 0;
    for (const auto& attempt : run.attempts) {
        if (std::find(tasks.begin(), tasks.end(), attempt.BaseTask()) == tasks.end() || lines++ >= kLinesMax) continue;
        proof.text += (proof.text.empty() ? "" : "\n") + StateLine(attempt);
        if (tasks.size() == 1) proof.ts = attempt.ended_at;
    }
    return proof;
}

Proof RunsProof(const std::vector<const RunFile*>& runs) {
    Proof proof;
    proof.kind = Proof::Kind::kHistory;
    proof.event_id = "runs";
    constexpr size_t kLinesMax = 12;
    for (size_t i = runs.size() > kLinesMax ? runs.size() - kLinesMax : 0; i < runs.size(); ++i) {
        const auto& run = runs[i]->run;
        proof.dag_id = run.dag_id;
        proof.text += fmt::format("{}{} {} {}", proof.text.empty() ? "" : "\n", run.run_id, model::Name(run.state),
                                  FormatTime(StartOf(run)));
    }
    return proof;
}

std::string KeyLine(const Candidate& cause, size_t bytes) {
    const std::string type = cause.exception_class.substr(cause.exception_class.rfind('.') + 1);
    // The record may say more than the exception's own words: which host, which statement.
    if (!cause.exception_message.empty() && cause.proof.text.size() > cause.exception_message.size() &&
        cause.proof.text.size() <= bytes && cause.proof.text.find(cause.exception_message) != std::string::npos) {
        return OneLine(cause.proof.text, bytes);
    }
    if (!cause.exception_message.empty())
        return OneLine(type.empty() ? cause.exception_message : type + ": " + cause.exception_message, bytes);
    if (!type.empty()) return type;
    return OneLine(cause.proof.text, bytes);
}

}  // namespace dagy::diagnose
