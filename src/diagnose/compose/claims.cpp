#include "diagnose/compose/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "diagnose/compose/last_sign.h"
#include "diagnose/compose/wording.h"
#include "diagnose/gather.h"

namespace dagy::diagnose {
namespace {

std::string KindWord(const std::string& kind) {
    if (kind == "dag_version") return "the code of";
    if (kind == "deploy") return "the file of";
    if (kind == "schema") return "the schema of";
    return kind;
}

std::string SayLead(double hours) {
    const double seconds = hours * 3600;
    return seconds < 0 ? fmt::format("(seen {} after the first failing run began)", SayDuration(-seconds))
                       : SayDuration(seconds) + " before the first failing run";
}

const Proof& CauseProof(const Story& story) {
    return story.findings.cause.proof;
}

/// Proof of states where nothing better is there: of the root, or of the tasks that were cut off.
Proof FallbackProof(const Story& story) {
    std::vector<std::string> tasks;
    if (story.root)
        tasks.push_back(story.root->base_task);
    else
        for (const auto& task : story.findings.tasks) tasks.push_back(task.base_task);
    Proof proof = StatesProof(*story.root_run, tasks);
    if (proof.text.empty()) proof = RunsProof({story.root_run});
    return proof;
}

std::vector<Proof> CauseProofs(const Story& story) {
    if (IsCitable(CauseProof(story))) return {CauseProof(story)};
    return {FallbackProof(story)};
}

std::string OnsetOf(const Story& story) {
    const auto& history = story.findings.history;
    return history.onset ? SayTime(*history.onset) : std::string();
}

std::string RootClause(const Story& story) {
    const std::string cause = story.advice.cause.empty() ? "nothing that was recorded says why" : story.advice.cause;
    if (story.root == nullptr) return cause;
    if (story.Abstains()) return fmt::format("{} failed; {}", story.RootName(), cause);
    return fmt::format("{} failed because {}", story.RootName(), cause);
}

void AddAttempts(const Story& story, std::vector<std::string>& evidence) {
    if (story.root == nullptr) return;
    const auto& root = *story.root;
    const auto& cause = story.findings.cause;
    // The last line, which the cause was read from, is cited first; then the earlier attempts, nearest first.
    size_t said = 0;
    for (auto reading = root.readings.rbegin(); reading != root.readings.rend() && said < 4; ++reading) {
        const auto found = story.attempt_causes.find({root.dag_id, reading->run_id, root.task_id, reading->attempt});
        if (found == story.attempt_causes.end() || !IsCitable(found->second.proof) ||
            found->second.proof == cause.proof)
            continue;
        if (reading->attempt == cause.proof.attempt || cause.proof.attempt == 0) {
            if (found->second.code == cause.code && !cause.exception_class.empty()) continue;
            evidence.push_back(fmt::format("{}, attempt {}, its log says: {}{}", story.RootName(), reading->attempt,
                                           KeyLine(found->second, 160), story.refs.Mark(found->second.proof)));
            ++said;
            continue;
        }
        const bool same = found->second.code == cause.code;
        const std::string mark = story.refs.Mark(found->second.proof);
        evidence.push_back(same ? fmt::format("{}, attempt {} failed the same way: {}{}", story.RootName(),
                                              reading->attempt, KeyLine(found->second, 160), mark)
                                : fmt::format("{}, attempt {} failed in another way ({}): {}{}", story.RootName(),
                                              reading->attempt, found->second.code, KeyLine(found->second, 160), mark));
        ++said;
    }
}

void AddRunLevel(const Story& story, std::vector<std::string>& evidence) {
    for (const auto& candidate : story.findings.where.run_level) {
        if (candidate.proof == CauseProof(story) || !IsCitable(candidate.proof)) continue;
        evidence.push_back(fmt::format("{}{}", candidate.why.empty() ? KeyLine(candidate) : candidate.why,
                                       story.refs.Mark(candidate.proof)));
    }
}

/// "2 of 6 instances of fetch_station failed ([2] and [4])"; empty for a task that is not mapped.
std::string SayInstances(const Story& story) {
    if (story.root == nullptr || story.root->task_id == story.root->base_task) return {};
    std::vector<std::string> failed;
    size_t all = 0;
    for (const auto* attempt : story.root_run->LastAttempts()) {
        if (attempt->mapped_of != story.root->base_task) continue;
        ++all;
        if (attempt->state == model::AttemptState::kFailed) failed.push_back(fmt::format("[{}]", attempt->map_index));
    }
    return fmt::format("{} of {} instances of {} failed ({})", failed.size(), all, story.RootName(),
                       SayList(failed, "", 12));
}

/// Logical dates that are missing now, where the failed runs have some.
std::string SayDates(const Story& story) {
    std::vector<std::string> dates;
    for (const auto* run : story.failed_runs) {
        if (run->run.logical_date) dates.push_back(FormatDate(*run->run.logical_date));
    }
    if (dates.size() != story.failed_runs.size() || story.IsUpstream()) return {};
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
    return fmt::format(" for {} ({})", SayCount(static_cast<int64_t>(dates.size()), "logical date"),
                       SayList(dates, "", 4));
}

std::string SayVictims(const Story& story) {
    std::vector<std::string> waiting, failed;
    for (const auto& name : story.victims) {
        const bool has_failed =
            std::any_of(story.findings.tasks.begin(), story.findings.tasks.end(), [&](const TaskFinding& task) {
                return task.base_task == name && task.dag_id == story.file.run.run.dag_id &&
                       task.state == model::AttemptState::kFailed;
            });
        (has_failed ? failed : waiting).push_back(name);
    }
    std::string text;
    if (!failed.empty()) text += fmt::format(" {} failed with it.", SayList(failed));
    if (waiting.empty()) return text;
    const bool repeated = story.failed_runs.size() > 1 && story.findings.history.transience == "PERMANENT";
    const std::string dates = repeated ? SayDates(story) : std::string();
    return text + fmt::format(" {} {} not run{}.", SayList(waiting), waiting.size() == 1 ? "has" : "have",
                              !dates.empty() ? dates
                              : repeated     ? fmt::format(" in {} runs", story.failed_runs.size())
                                             : "");
}

}  // namespace

bool SameInAllAttempts(const TaskFinding& task) {
    const auto& signatures = task.attempt_signatures;
    return signatures.size() > 1 && !signatures[0].empty() &&
           std::all_of(signatures.begin(), signatures.end(),
                       [&](const std::string& one) { return one == signatures[0]; });
}

std::string SayClaimedChange(const Story& story) {
    if (story.change == nullptr) return {};
    const auto& change = *story.change;
    const auto said = story.words.find("change_said");
    return fmt::format("{} {} was changed{}{} {}", KindWord(change.kind), change.resource,
                       change.actor.empty() || change.actor == "Anonymous" ? "" : " by " + change.actor,
                       said == story.words.end() ? "" : fmt::format(" ({})", said->second),
                       SayLead(change.hours_before_onset));
}

std::string SayStreak(const Story& story) {
    const auto& history = story.findings.history;
    if (history.runs_seen < 2) return {};
    std::string text;
    int64_t good_before = 0;
    for (const auto& run : story.root_dag->before) {
        if (run.run.state == model::RunState::kSucceeded && (!history.onset || StartOf(run.run) < *history.onset))
            ++good_before;
    }
    const std::string good = good_before > 0 ? SayCount(good_before, "good run") : "no good run on record";
    if (history.match_count <= 1)
        return fmt::format("{}; this failure is the first of its kind in {}", good, SayCount(history.runs_seen, "run"));
    if (history.transience == "PERMANENT") {
        return fmt::format("{}, then this failure in every run since {} ({} of {}), never before in {}", good,
                           OnsetOf(story), history.match_count,
                           std::max<int64_t>(history.match_count, static_cast<int64_t>(story.failed_runs.size())),
                           SayCount(history.runs_seen, "run"));
    }
    return fmt::format("this failure {} in {} runs, with good ones between",
                       history.match_count == 2 ? "twice" : fmt::format("{} times", history.match_count),
                       history.runs_seen);
}

std::string SayWhere(const Story& story) {
    if (story.root == nullptr) return story.file.run.run.dag_id;
    return story.IsUpstream() ? fmt::format("{} of {}", story.root->base_task, story.root->dag_id)
                              : story.root->base_task;
}

std::string SayTitle(const Story& story) {
    std::string title = story.advice.title.empty() ? "it failed" : story.advice.title;
    if (title.size() > 110) title = OneLine(title, 110);
    const auto& dag = story.file.run.run.dag_id;
    if (story.IsUpstream()) return fmt::format("{}: {} in {}", dag, title, story.root->dag_id);
    if (story.change && story.findings.cause.code != "PLATFORM_CANCELLED_BY_USER") {
        return fmt::format("{}: {} since {} {} was changed", dag, title, KindWord(story.change->kind),
                           story.change->resource);
    }
    return fmt::format("{}: {}", dag, title);
}

std::string SaySummary(const Story& story) {
    const auto& run = story.file.run.run;
    const auto& history = story.findings.history;
    std::string text;
    const std::string cause = story.advice.cause;
    const std::string stops = story.root ? fmt::format("stops in {}", SayWhere(story)) : std::string("fails");
    if (story.Abstains()) {
        text = fmt::format("Run {} of {} failed in {}, and {}", run.run_id, run.dag_id, SayWhere(story), cause);
    } else if (history.transience == "PERMANENT" && history.match_count > 1 && history.onset) {
        text = fmt::format("Since {} every run of {} {}: {}", SayTime(*history.onset), run.dag_id, stops, cause);
    } else {
        text = fmt::format("Run {} of {} {}: {}", run.run_id, run.dag_id,
                           story.root ? fmt::format("stopped in {}", SayWhere(story)) : "failed", cause);
    }
    text = Sentence(text);
    if (const std::string change = SayClaimedChange(story); !change.empty())
        text += " " + Sentence(Capitalised(change));
    text += SayVictims(story);
    if (!story.findings.where.independent.empty()) {
        text += fmt::format(" {} failed too, for another reason.", SayList(story.findings.where.independent));
    }
    if (history.transience == "TRANSIENT" && !history.transience_why.empty())
        text += " " + Sentence(Capitalised(history.transience_why));
    return text;
}

std::string SayRootCause(const Story& story) {
    std::string text;
    if (story.change)
        text = fmt::format("{}{}. ", Capitalised(SayClaimedChange(story)), story.refs.Mark(story.change->proof));
    std::vector<Proof> proofs = CauseProofs(story);
    text +=
        fmt::format("{}{}", story.root ? RootClause(story) : Capitalised(RootClause(story)), story.refs.Mark(proofs));
    if (story.code && story.code->proof && story.code->raised_here) {
        text += fmt::format("; it is raised at {} line {}{}: {}{}", story.code->file, story.code->line,
                            story.code->function.empty() ? "" : " in " + story.code->function,
                            OneLine(story.code->text, 120), story.refs.Mark(*story.code->proof));
    }
    if (story.IsUpstream()) {
        std::vector<std::string> here = story.findings.where.roots;
        for (const auto& hop : story.findings.where.cascade) {
            if (hop.dag_id == story.file.run.run.dag_id && here.empty()) here.push_back(hop.task_id);
        }
        if (!here.empty()) {
            text += fmt::format("; {} here waits for run {} of {}{}", here[0], story.root->run_id, story.root->dag_id,
                                story.refs.Mark(StatesProof(story.file.run, {here[0]})));
        }
    }
    return text + ".";
}

std::vector<std::string> SayEvidence(const Story& story) {
    std::vector<std::string> evidence;
    const auto& cause = story.findings.cause;
    const auto proofs = CauseProofs(story);
    const std::string mark = story.refs.Mark(proofs);
    if (story.root && IsCitable(cause.proof) && cause.proof.attempt > 0) {
        evidence.push_back(
            fmt::format("{}, attempt {}: {}{}", story.RootName(), cause.proof.attempt, KeyLine(cause), mark));
    } else if (story.Abstains()) {
        evidence.push_back(fmt::format("{}: what was recorded ends without a reason{}", SayWhere(story), mark));
    } else {
        evidence.push_back(fmt::format("{}{}", cause.why.empty() ? KeyLine(cause) : OneLine(cause.why, 300), mark));
    }
    AddAttempts(story, evidence);
    AddRunLevel(story, evidence);
    if (story.change) {
        evidence.push_back(fmt::format("at {}, {}{}", SayTime(story.change->ts), SayClaimedChange(story),
                                       story.refs.Mark(story.change->proof)));
    }
    if (story.code && story.code->proof) {
        evidence.push_back(
            fmt::format("{} line {} {}: {}{}", story.code->file, story.code->line,
                        story.code->raised_here ? "is where it was raised" : "defines " + story.RootName(),
                        OneLine(story.code->text, 160), story.refs.Mark(*story.code->proof)));
    }
    if (const std::string streak = SayStreak(story); !streak.empty()) {
        std::vector<const RunFile*> runs;
        for (auto run = story.root_dag->before.rbegin(); run != story.root_dag->before.rend(); ++run)
            runs.push_back(&*run);
        runs.push_back(story.root_run);
        evidence.push_back(streak + story.refs.Mark(RunsProof(runs)));
    }
    if (!story.refs.HasLine()) {
        if (const auto sign = FindLastSign(story)) evidence.push_back(sign->sentence + story.refs.Mark(sign->proof));
    }
    std::erase_if(evidence, [](const std::string& one) { return !one.ends_with(']'); });
    return evidence;
}

std::vector<std::string> SaySymptoms(const Story& story) {
    std::vector<std::string> symptoms;
    const auto& run = story.file.run;
    if (story.root) {
        const auto& root = *story.root;
        const auto failed = static_cast<int64_t>(root.readings.size());
        symptoms.push_back(fmt::format("{} failed in {} of {}{}", story.RootName(), failed > 0 ? failed : root.attempts,
                                       SayCount(root.attempts, "attempt"),
                                       story.refs.Mark(StatesProof(*story.root_run, {root.base_task}))));
    }
    if (const std::string instances = SayInstances(story); !instances.empty()) {
        symptoms.push_back(instances + story.refs.Mark(StatesProof(*story.root_run, {story.root->base_task})));
    }
    if (!story.victims.empty()) {
        const bool one = story.victims.size() == 1;
        symptoms.push_back(fmt::format("{} {} not run or did not finish{}", SayList(story.victims, "", 12),
                                       one ? "has" : "have", story.refs.Mark(StatesProof(run, story.victims))));
    }
    for (const auto& name : story.findings.where.independent) {
        for (const auto& task : story.findings.tasks) {
            if (task.base_task != name || task.candidates.empty()) continue;
            const auto& best = task.candidates.front();
            const std::string mark = story.refs.Mark(IsCitable(best.proof) ? best.proof : StatesProof(run, {name}));
            symptoms.push_back(
                fmt::format("{} failed for a reason of its own, {}: {}{}", name, best.code, KeyLine(best, 160), mark));
            break;
        }
    }
    symptoms.push_back(fmt::format("run {} ended {}{}", run.run.run_id, model::Name(run.run.state),
                                   story.refs.Mark(RunsProof({&run}))));
    std::erase_if(symptoms, [](const std::string& one) { return !one.ends_with(']'); });
    return symptoms;
}

std::vector<std::string> SayContributingFactors(const Story& story) {
    std::vector<std::string> factors;
    if (story.root == nullptr) return factors;
    const auto& root = *story.root;
    const auto& history = story.findings.history;
    if (root.max_attempts <= 1 && history.transience != "PERMANENT" && !story.Abstains()) {
        factors.push_back(
            fmt::format("{} has no retry, so a failure that may heal by itself ended the run.", story.RootName()));
    }
    if (root.attempts > 1 && history.transience == "PERMANENT") {
        const auto span = story.words.find("attempts_span");
        factors.push_back(fmt::format("{} attempts{} met the same cause; a retry cannot heal it.", root.attempts,
                                      span == story.words.end() ? "" : " within " + span->second));
    }
    if (story.impact.is_amplifier) factors.push_back(story.impact.amplifier);
    for (const auto& check : story.findings.checks) {
        if (check.status == "fail" && check.check != "config_change" && check.check != "version_change" &&
            check.check != "upstream_data") {
            factors.push_back(Sentence(fmt::format("{}: {}", check.check, check.detail)));
        }
    }
    if (story.reading && !story.reading->complete) {
        factors.push_back(fmt::format("The log of {} is so long ({} rows) that {} in its middle were not read.",
                                      story.RootName(), story.reading->rows,
                                      SayCount(story.reading->skipped_rows, "row")));
    }
    return factors;
}

std::string SayFix(const Story& story) {
    // The change's advice comes first; a command that both give is shown once.
    std::string text = story.change_advice.fix;
    std::string_view rest = story.advice.fix;
    while (!rest.empty()) {
        const size_t end = rest.find('\n');
        const std::string line(rest.substr(0, end));
        if (!line.starts_with("    ") || text.find(line) == std::string::npos)
            text += (text.empty() ? "" : "\n") + line;
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return text;
}

std::string SayRemediation(const Story& story) {
    std::string text;
    int number = 0;
    const auto add = [&](const std::vector<std::string>& steps) {
        for (const auto& step : steps) {
            // A step that is only a command belongs to the one before it.
            if (step.starts_with("    "))
                text += "\n" + step;
            else
                text += fmt::format("{}{}. {}", text.empty() ? "" : "\n", ++number, step);
        }
    };
    add(story.change_advice.steps);
    add(story.advice.steps);
    if (story.findings.cause.code != "PLATFORM_CANCELLED_BY_USER") add(story.rerun.steps);
    if (story.IsUpstream()) add(AdviceBook::Builtin().For("_RERUN_HERE", story.words).steps);
    return text;
}

}  // namespace dagy::diagnose
