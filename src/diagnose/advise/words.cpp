#include "diagnose/advise/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "diagnose/advise/extract.h"
#include "diagnose/compose/story.h"
#include "diagnose/compose/wording.h"
#include "diagnose/gather.h"

namespace dagy::diagnose {
namespace {

void Set(Words& words, const char* name, std::string value) {
    if (!value.empty()) words.insert_or_assign(name, std::move(value));
}

void SetMissing(Words& words, const char* name, std::string value) {
    if (!value.empty()) words.emplace(name, std::move(value));
}

std::string RegexOf(const std::string& task) {
    std::string regex = "^";
    for (const char c : task) {
        if (std::string_view(".[](){}*+?^$|\\").find(c) != std::string_view::npos) regex += '\\';
        regex += c;
    }
    return regex + "$";
}

std::string SignalName(int number) {
    switch (number) {
        case SIGKILL:
            return "SIGKILL";
        case SIGTERM:
            return "SIGTERM";
        case SIGSEGV:
            return "SIGSEGV";
        case SIGABRT:
            return "SIGABRT";
        case SIGBUS:
            return "SIGBUS";
        case SIGILL:
            return "SIGILL";
        case SIGFPE:
            return "SIGFPE";
        case SIGXCPU:
            return "SIGXCPU";
        default:
            return fmt::format("signal {}", number);
    }
}

std::string SayNumber(double number) {
    std::string text = fmt::format("{:.3f}", number);
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text;
}

const model::Task* TaskOf(const Story& story) {
    if (story.root == nullptr) return nullptr;
    for (const auto& task : story.root_dag->version.tasks) {
        if (task.task_id == story.root->base_task) return &task;
    }
    return nullptr;
}

std::vector<const model::TaskAttempt*> AttemptsOf(const Story& story) {
    std::vector<const model::TaskAttempt*> attempts;
    if (story.root == nullptr) return attempts;
    for (const auto& attempt : story.root_run->attempts) {
        if (attempt.task_id == story.root->task_id) attempts.push_back(&attempt);
    }
    return attempts;
}

void AddRun(const Story& story, Words& words) {
    const auto& run = story.root_run->run;
    Set(words, "dag", run.dag_id);
    Set(words, "run", run.run_id);
    Set(words, "date", run.PartitionDate());
    Set(words, "dag_version", run.dag_version);
    std::vector<std::string> ids;
    std::optional<Time> from, to;
    for (const auto* failed : story.failed_runs) {
        ids.push_back(failed->run.run_id);
        const auto date = failed->run.logical_date;
        if (!date) continue;
        if (!from || *date < *from) from = date;
        if (!to || *date > *to) to = date;
    }
    Set(words, "failed_runs", SayList(ids, "", 3));
    Set(words, "count_failed", SayCount(static_cast<int64_t>(ids.size()), "run"));
    // The CLI clears by logical dates; a range would also clear good runs between, so one is given only where all of
    // them failed.
    const bool unbroken = ids.size() == 1 || story.findings.history.transience == "PERMANENT";
    if (from && to && unbroken) {
        Set(words, "clear_from", FormatTime(*from).substr(0, 19));
        Set(words, "clear_to", FormatTime(*to).substr(0, 19));
    }
    Set(words, "good_run", story.findings.history.last_success_run_id);
    for (const auto& before : story.root_dag->before) {
        if (before.run.run_id == story.findings.history.last_success_run_id)
            Set(words, "good_version", before.run.dag_version);
    }
    if (run.started_at && run.ended_at)
        Set(words, "run_duration", SayDuration(SecondsBetween(*run.started_at, *run.ended_at)));
    const model::TaskAttempt* slowest = nullptr;
    double longest = 0;
    for (const auto& attempt : story.file.run.attempts) {
        // What was still running when the run ended took until then.
        const auto end = attempt.ended_at ? attempt.ended_at : run.ended_at;
        if (!attempt.started_at || !end) continue;
        const double seconds = SecondsBetween(*attempt.started_at, *end);
        if (seconds > longest) longest = seconds, slowest = &attempt;
    }
    if (slowest != nullptr) {
        Set(words, "slowest", slowest->task_id);
        Set(words, "slowest_duration", SayDuration(longest));
        Set(words, "slowest_said", fmt::format("{} ({})", slowest->task_id, SayDuration(longest)));
    }
    if (story.findings.cause.code == "PLATFORM_RUN_TIMEOUT") {
        if (const auto timeout = GetDouble(story.root_dag->version.extras, "dag_run_timeout"))
            Set(words, "timeout", SayNumber(*timeout));
    }
    if (story.IsUpstream()) {
        Set(words, "here_dag", story.file.run.run.dag_id);
        Set(words, "here_run", story.file.run.run.run_id);
        for (const auto& hop : story.findings.where.cascade) {
            if (hop.dag_id != story.file.run.run.dag_id || words.contains("here_task")) continue;
            Set(words, "here_task", hop.task_id);
            Set(words, "here_regex", RegexOf(hop.task_id));
        }
        if (const auto& date = story.file.run.run.logical_date)
            Set(words, "here_date", FormatTime(*date).substr(0, 19));
    }
    if (!story.victims.empty() && !story.IsUpstream()) {
        Set(words, "leaf", story.victims.back());
        Set(words, "victims", SayList(story.victims));
    }
}

void AddTask(const Story& story, Words& words) {
    if (story.root == nullptr) return;
    const auto& root = *story.root;
    Set(words, "task", root.base_task);
    Set(words, "task_regex", RegexOf(root.base_task));
    Set(words, "operator", root.operator_name);
    const auto attempts = AttemptsOf(story);
    if (!attempts.empty()) {
        Set(words, "attempts_said", SayCount(static_cast<int64_t>(attempts.size()), "attempt"));
        const auto& last = *attempts.back();
        Set(words, "worker", last.host);
        SetMissing(words, "pool", last.pool);
        if (last.ended_at) Set(words, "failed_at", SayTime(*last.ended_at));
        if (attempts.front()->started_at && last.ended_at) {
            Set(words, "attempts_span", SayDuration(SecondsBetween(*attempts.front()->started_at, *last.ended_at)));
        }
        if (last.exit_code) SetMissing(words, "exit_code", std::to_string(*last.exit_code));
        if (last.signal) SetMissing(words, "signal", SignalName(*last.signal));
    }
    if (story.reading) {
        if (story.reading->exit_code) SetMissing(words, "exit_code", std::to_string(*story.reading->exit_code));
        if (story.reading->signal_number) SetMissing(words, "signal", SignalName(*story.reading->signal_number));
    }
    if (const auto* task = TaskOf(story)) {
        if (task->timeout_seconds && story.findings.cause.code == "PLATFORM_TASK_TIMEOUT")
            Set(words, "timeout", SayNumber(*task->timeout_seconds));
        SetMissing(words, "external_dag", StringOr(task->extras, "external_dag_id"));
        SetMissing(words, "pool", task->pool);
    }
}

void AddCode(const Story& story, Words& words) {
    if (!story.code) return;
    const auto& code = *story.code;
    Set(words, "file", code.file);
    Set(words, "line", std::to_string(code.line));
    Set(words, "code", code.text);
    Set(words, "function", code.function);
}

void AddChange(const Story& story, Words& words) {
    if (story.change == nullptr) return;
    const auto& change = *story.change;
    Set(words, "change_resource", change.resource);
    if (change.actor != "Anonymous")
        Set(words, "change_actor", change.actor);  // Airflow's word for: it did not ask who
    Set(words, "change_time", SayTime(change.ts));
    // Where it only appears, without a state before, the change of a file or version has nothing to compare.
    const std::string said = change.before.is_null() && (change.kind == "deploy" || change.kind == "dag_version")
                                 ? ""
                                 : SayChange(change.before, change.after);
    // Airflow masks values in its audit log; a change from nothing known to *** says nothing.
    if (!said.empty() && said.find("***") == std::string::npos) Set(words, "change_said", said);
    if (change.before.is_string() && change.before.as_string() != "***")
        Set(words, "change_before_text", std::string(change.before.as_string()));
}

void AddHistory(const Story& story, Words& words) {
    const auto& percentiles = story.findings.history.duration_percentiles;
    const auto p50 = GetDouble(percentiles, "p50"), mine = GetDouble(percentiles, "this_run");
    if (p50) Set(words, "usual_duration", SayDuration(*p50));
    if (p50 && mine)
        Set(words, "durations_said", fmt::format("usually {}, now {}", SayDuration(*p50), SayDuration(*mine)));
    if (story.findings.where.upstream) {
        Set(words, "upstream_dag", story.findings.where.upstream_dag);
        Set(words, "upstream_run", story.findings.where.upstream_run);
    }
}

}  // namespace

Words MakeWords(const Story& story) {
    const auto& cause = story.findings.cause;
    Words words;
    for (const auto& [name, value] : cause.captures) Set(words, name.c_str(), OneLine(value, 300));
    AddRun(story, words);
    AddTask(story, words);
    AddCode(story, words);
    AddChange(story, words);
    AddHistory(story, words);
    if (!story.conn_ids.empty()) SetMissing(words, "conn_id", story.conn_ids.front());
    Set(words, "exception", cause.exception_class.substr(cause.exception_class.rfind('.') + 1));
    const std::string& telling = cause.exception_message.empty() ? cause.proof.text : cause.exception_message;
    // The first line says it; what follows are details, hints and the statement.
    const size_t first = telling.find_first_not_of(" \n\r\t");
    if (!story.Abstains() && first != std::string::npos)
        SetMissing(words, "message", OneLine(telling.substr(first, telling.find('\n', first) - first), 200));
    if (cause.code == "USER_CODE_PYTHON_KEY_ERROR" && !cause.exception_message.empty())
        SetMissing(words, "key", OneLine(cause.exception_message, 80));
    ExtractWords(cause.exception_message, words);
    ExtractWords(PieceOf(cause.proof.text, cause.proof.kind), words);
    if (story.chain) {
        for (auto exception = story.chain->exceptions.rbegin(); exception != story.chain->exceptions.rend();
             ++exception)
            ExtractWords(exception->message, words);
    }
    if (words.contains("key_columns") && words.contains("key_values")) {
        SetMissing(words, "key", fmt::format("({})=({})", words["key_columns"], words["key_values"]));
    }
    for (const auto& event : story.file.source_events) {
        if (cause.code != "PLATFORM_CANCELLED_BY_USER" || event.event_id != cause.proof.event_id) continue;
        SetMissing(words, "actor", event.actor);
        Set(words, "change_time", SayTime(event.ts));
    }
    if (const auto actor = words.find("actor"); actor != words.end())
        Set(words, "actor_said", actor->second);
    else if (cause.code == "PLATFORM_CANCELLED_BY_USER")
        words["actor_said"] = "somebody";
    return words;
}

}  // namespace dagy::diagnose
