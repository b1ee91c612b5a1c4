#include "diagnose/narrative.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnose/compose/claims.h"
#include "diagnose/compose/wording.h"
#include "diagnose/gather.h"

namespace dagy::diagnose {
namespace {

std::vector<std::string> Named(const std::vector<TaskFinding>& tasks, Role role, const std::string& dag) {
    std::vector<std::string> names;
    for (const auto& task : tasks) {
        if (task.role == role && task.dag_id == dag &&
            std::find(names.begin(), names.end(), task.base_task) == names.end())
            names.push_back(task.base_task);
    }
    return names;
}

std::string Verb(size_t count, const char* one, const char* many) {
    return count == 1 ? one : many;
}

}  // namespace

std::string TellRun(const CaseFile& file) {
    const auto& run = file.run.run;
    std::map<std::string, model::AttemptState> last;
    for (const auto& attempt : file.run.attempts) last[attempt.task_id] = attempt.state;
    int64_t failed = 0, waiting = 0, good = 0, skipped = 0;
    for (const auto& [task, state] : last) {
        switch (state) {
            case model::AttemptState::kFailed:
            case model::AttemptState::kTimedOut:
            case model::AttemptState::kCancelled:
                ++failed;
                break;
            case model::AttemptState::kUpstreamFailed:
                ++waiting;
                break;
            case model::AttemptState::kSucceeded:
                ++good;
                break;
            case model::AttemptState::kSkipped:
                ++skipped;
                break;
            default:
                break;
        }
    }
    std::string how;
    switch (run.state) {
        case model::RunState::kFailed:
            how = "failed";
            break;
        case model::RunState::kSucceeded:
            how = "succeeded";
            break;
        case model::RunState::kCancelled:
            how = "was cancelled";
            break;
        default:
            how = "has not ended yet";
            break;
    }
    if (run.started_at && run.ended_at && model::Ended(run.state))
        how += " after " + SayDuration(SecondsBetween(*run.started_at, *run.ended_at));
    return fmt::format("Run `{}` of **{}** {}: {} failed, {} never ran, {} succeeded{}.", run.run_id, run.dag_id, how,
                       SayCount(failed, "task"), waiting, good,
                       skipped > 0 ? fmt::format(", {} skipped", skipped) : "");
}

std::string TellTasks(const CaseFile& file, const std::vector<TaskFinding>& tasks) {
    const auto& dag = file.run.run.dag_id;
    auto own = Named(tasks, Role::kRootCause, dag);
    for (auto& name : Named(tasks, Role::kIndependent, dag)) own.push_back(std::move(name));
    const auto victims = Named(tasks, Role::kVictim, dag);
    const auto recovered = Named(tasks, Role::kRecovered, dag);
    std::string text;
    if (own.empty())
        text = victims.empty() ? "No task failed by itself."
                               : "No task failed by itself; some were cut off: " + SayList(victims, "`") + ".";
    else if (own.size() == 1)
        text = fmt::format("Only **{}** failed by itself", own[0]);
    else
        text = fmt::format("{} failed by themselves", SayList(own, "**"));
    if (!own.empty()) {
        if (victims.empty())
            text += "; nothing waits for " + std::string(own.size() == 1 ? "it." : "them.");
        else
            text += fmt::format("; {} {} for {}.", SayList(victims, "`"), Verb(victims.size(), "waits", "wait"),
                                own.size() == 1 ? "it" : "them");
    }
    if (!recovered.empty())
        text += fmt::format(" {} failed first, then succeeded on a retry.", SayList(recovered, "`"));
    return text;
}

std::string TellReading(const TaskFinding& task, const std::string& ref_mark) {
    const std::string name = fmt::format("`{}`", task.task_id);
    if (task.readings.empty()) return {};
    const Reading& last = task.readings.back();
    if (!last.has_log) return fmt::format("{} left no log: what it did has to be read from states and times.", name);
    const auto count = static_cast<int64_t>(task.readings.size());
    const std::string rows = SayCount(last.rows, "line");
    if (task.candidates.empty()) {
        return fmt::format("The log of {} ({}){} names no cause.", name, rows, last.cut_short ? " just stops and" : "");
    }
    const auto& best = task.candidates.front();
    const std::string quoted = fmt::format("`{}`{}", KeyLine(best, 200), ref_mark);
    if (SameInAllAttempts(task)) {
        std::string apart;
        const auto &first_ts = task.readings.front().last_ts, &last_ts = last.last_ts;
        if (first_ts && last_ts && *last_ts > *first_ts) {
            const std::string span = SayDuration(SecondsBetween(*first_ts, *last_ts));
            apart = count == 2 ? fmt::format(", {} apart", span) : fmt::format(" within {}", span);
        }
        return fmt::format("{} attempts of {} ended the same way{}: {}.",
                           count == 2 ? "Both" : fmt::format("All {}", count), name, apart, quoted);
    }
    if (count > 1)
        return fmt::format("The {} attempts of {} did not end the same way; the last one: {}.", count, name, quoted);
    return fmt::format("{} says in its log ({}): {}.", name, rows, quoted);
}

std::vector<std::string> TellLocalisation(const Findings& findings) {
    std::vector<std::string> sentences;
    for (const auto& note : findings.where.notes) sentences.push_back(Sentence(Capitalised(note)));
    return sentences;
}

std::string TellWrappers(const Story& story) {
    std::string text;
    if (story.chain && story.chain->exceptions.size() > 1) {
        std::vector<std::string> names;
        for (auto exception = story.chain->exceptions.rbegin(); exception != story.chain->exceptions.rend();
             ++exception) {
            if (names.empty() || names.back() != exception->ShortType()) names.push_back(exception->ShortType());
        }
        const auto& cause = story.findings.cause.exception_class;
        const std::string own = cause.substr(cause.rfind('.') + 1);
        if (names.size() > 1 && !own.empty()) {
            const size_t count = story.chain->exceptions.size();
            text = fmt::format("The {} exceptions in the log are one failure seen {} ({}); {} is the cause.", count,
                               count == 2 ? "twice" : fmt::format("{} times", count), fmt::join(names, " → "), own);
        }
    }
    if (!story.advice.meaning.empty() && !story.Abstains()) text += (text.empty() ? "" : " ") + story.advice.meaning;
    return text;
}

std::string TellHistory(const Story& story) {
    const auto& history = story.findings.history;
    const std::string streak = SayStreak(story);
    if (streak.empty()) return "No other run of this DAG is recorded, so nothing can be said about before.";
    std::string text = "Before: " + Sentence(streak);
    if (!history.transience_why.empty()) {
        const char* word = history.transience == "PERMANENT"   ? "permanent"
                           : history.transience == "TRANSIENT" ? "transient"
                                                               : "intermittent";
        std::string why = Sentence(history.transience_why);
        why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
        text += fmt::format(" It counts as {}: {}", word, why);
    }
    return text;
}

std::string TellChanges(const Story& story) {
    if (story.change) return Sentence(Capitalised(SayClaimedChange(story)) + story.refs.Mark(story.change->proof));
    const auto& changes = story.findings.history.changes;
    if (changes.empty())
        return "No connection, variable, pool, DAG version or package was changed before it, as far as is recorded.";
    const auto& best = changes.front();
    return fmt::format("What was changed before it ({} {}{}) does not explain it.", best.kind, best.resource,
                       changes.size() > 1 ? fmt::format(" and {} more", changes.size() - 1) : "");
}

std::string TellChecks(const Story& story) {
    std::vector<std::string> bad, good;
    for (const auto& check : story.findings.checks) {
        // What the cause or the claimed change has just said need not be said again.
        const bool is_change =
            check.check == "config_change" || check.check == "version_change" || check.check == "recent_deploys";
        if (check.status != "pass" &&
            ((story.change && is_change) ||
             (check.check == "import_errors" && story.findings.cause.code == "DAG_IMPORT_ERROR") ||
             (check.check == "upstream_data" && story.IsUpstream()))) {
            continue;
        }
        if (check.status == "fail" || check.status == "warn")
            bad.push_back(fmt::format("{} ({})", check.check, OneLine(check.detail, 120)));
        else if (check.status == "pass")
            good.push_back(check.check);
    }
    if (bad.empty() && good.empty()) return {};
    if (bad.empty()) return fmt::format("Looked at and in order: {}.", SayList(good, "", 12));
    return fmt::format("Worth a look: {}.{}", SayList(bad, "", 4),
                       good.empty() ? "" : " In order: " + SayList(good, "", 12) + ".");
}

std::string TellVerdict(const Story& story, const std::string& evidence_status, double confidence) {
    if (story.Abstains())
        return "Nothing that was recorded points to a cause; none is guessed. What is missing stands in the evidence "
               "gaps.";
    const char* status = evidence_status == "confirmed"    ? "Confirmed"
                         : evidence_status == "hypothesis" ? "A hypothesis"
                                                           : "Not proved";
    return fmt::format("{}: {} — {} ({:.0f} % sure).", story.findings.cause.code, story.advice.cause, status,
                       confidence * 100);
}

}  // namespace dagy::diagnose
