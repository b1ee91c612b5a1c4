#include "diagnose/compose/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "diagnose/compose/claims.h"
#include "diagnose/compose/wording.h"
#include "diagnose/judge.h"

namespace dagy::diagnose {
namespace {

json::array RefsOf(RefBook& refs, const std::vector<Proof>& proofs) {
    json::array names;
    for (const auto& proof : proofs) {
        if (IsCitable(proof)) names.push_back(json::value(refs.Cite(proof)));
    }
    return names;
}

void Put(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

void Put(json::object& object, std::string_view key, const std::optional<Time>& time) {
    if (time) object[key] = FormatTime(*time);
}

double Rounded(double number, double unit = 1000) {
    return std::round(number * unit) / unit;
}

json::object TaskOf(const Story& story, const TaskFinding& task) {
    json::object out{{"task_id", task.task_id}};
    if (task.dag_id != story.file.run.run.dag_id) {
        out["dag_id"] = task.dag_id;
        out["run_id"] = task.run_id;
    }
    out["state"] = task.original_state.empty() || task.state != model::AttemptState::kQueued
                       ? std::string(model::Name(task.state))
                       : task.original_state;
    Put(out, "original_state", task.original_state);
    out["role"] = Name(task.role);
    out["attempts"] = task.attempts;
    out["max_attempts"] = task.max_attempts;
    Put(out, "started_at", task.started_at);
    Put(out, "ended_at", task.ended_at);
    if (task.started_at && task.ended_at)
        out["duration_seconds"] = Rounded(SecondsBetween(*task.started_at, *task.ended_at));
    Put(out, "operator", task.operator_name);
    std::vector<Proof> proofs;
    if (task.role != Role::kVictim && (!task.candidates.empty() || &task == story.root)) {
        const Candidate& best = &task == story.root ? story.findings.cause : task.candidates.front();
        out["root_cause_type"] = best.code;
        Put(out, "exception_class", best.exception_class.substr(best.exception_class.rfind('.') + 1));
        Put(out, "exception_message", OneLine(best.exception_message, 1000));
        Put(out, "log_snippet", SnippetOf(best, story.refs));
        proofs.push_back(best.proof);
    }
    if (task.dag_id == story.file.run.run.dag_id) proofs.push_back(StatesProof(story.file.run, {task.base_task}));
    if (!task.blamed_on.empty()) {
        json::array blamed;
        for (const auto& name : task.blamed_on) blamed.push_back(json::value(name));
        out["blamed_on"] = std::move(blamed);
    }
    // A mapped task with hundreds of instances would fill the list of refs with rows that say the same.
    if (story.findings.tasks.size() <= 64) {
        if (auto refs = RefsOf(story.refs, proofs); !refs.empty()) out["refs"] = std::move(refs);
    }
    return out;
}

std::string CodeFamilyCut(const std::string& code) {
    for (const char* family : {"USER_CODE_", "NETWORK_", "PLATFORM_", "RESOURCE_", "DATABASE_", "CONFIG_"}) {
        if (code.starts_with(family)) return code.substr(std::string_view(family).size());
    }
    return code;
}

}  // namespace

std::string SnippetOf(const Candidate& cause, RefBook& refs) {
    const auto kind = cause.proof.kind;
    if (!IsCitable(cause.proof) || (kind != Proof::Kind::kLog && kind != Proof::Kind::kError)) return {};
    return PieceOf(cause.proof.text, kind) + refs.Mark(cause.proof);
}

std::string LogClassificationOf(const Candidate& cause) {
    if (cause.code.empty() || cause.code == "INSUFFICIENT_EVIDENCE") return {};
    if (!cause.log_classification.empty()) return cause.log_classification;
    std::string name = CodeFamilyCut(cause.code);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

json::array TasksOf(const Story& story) {
    json::array tasks;
    for (const auto& task : story.findings.tasks) {
        if (task.role != Role::kHealthy) tasks.push_back(TaskOf(story, task));
    }
    return tasks;
}

json::array CascadeOf(const Story& story) {
    json::array chain;
    for (const auto& hop : story.findings.where.cascade) {
        json::object out{{"hop", static_cast<int64_t>(chain.size())}, {"dag_id", hop.dag_id}, {"task_id", hop.task_id}};
        Put(out, "state", hop.state);
        Put(out, "via", hop.via);
        chain.push_back(std::move(out));
    }
    return chain;
}

json::object BlastRadiusOf(const Story& story) {
    const Impact& impact = story.impact;
    json::array assets, consumers;
    for (const auto& asset : impact.affected_assets) assets.push_back(json::value(asset));
    for (const auto& consumer : impact.consumers) {
        consumers.push_back(
            json::object{{"dag_id", consumer.dag_id}, {"run_id", consumer.run_id}, {"via", consumer.via}});
    }
    return {{"failed_tasks", impact.failed_tasks},
            {"upstream_failed_tasks", impact.upstream_failed_tasks},
            {"affected_dags", json::value_from(impact.affected_dags)},
            {"affected_assets", std::move(assets)},
            {"downstream_tasks", impact.downstream_tasks},
            {"fraction_of_dag", Rounded(impact.fraction_of_dag)},
            {"consumers", std::move(consumers)}};
}

json::array ChecksOf(const Story& story) {
    json::array checks;
    for (const auto& check : story.findings.checks) {
        json::object out{{"check", check.check}, {"status", check.status}, {"detail", check.detail}};
        if (auto refs = RefsOf(story.refs, check.proofs); !refs.empty()) out["refs"] = std::move(refs);
        checks.push_back(std::move(out));
    }
    return checks;
}

json::array ChangesOf(const Story& story) {
    json::array changes;
    constexpr size_t kChangesMax = 10;
    for (const auto& change : story.findings.history.changes) {
        if (changes.size() >= kChangesMax) break;
        json::object out{{"ts", FormatTime(change.ts)}, {"kind", change.kind}, {"resource", change.resource}};
        Put(out, "actor", change.actor);
        out["before"] = change.before;
        out["after"] = change.after;
        out["hours_before_onset"] = Rounded(change.hours_before_onset, 1e6);
        out["score"] = Rounded(change.score);
        Put(out, "why", change.why);
        if (auto refs = RefsOf(story.refs, {change.proof}); !refs.empty()) out["refs"] = std::move(refs);
        changes.push_back(std::move(out));
    }
    return changes;
}

json::array ChildDagsOf(const Story& story) {
    json::array findings;
    for (const auto& related : story.file.related) {
        const auto& run = related.file.run;
        std::string relation = related.link.via == "trigger"
                                   ? (related.upstream ? "triggered this run" : "triggered by this run")
                               : related.link.via == "asset" ? (related.upstream ? "fed this run" : "fed by this run")
                                                             : (related.upstream ? "waited for" : "waits for this run");
        std::vector<std::string> failed;
        for (const auto& attempt : related.file.attempts) {
            if (attempt.state == model::AttemptState::kFailed &&
                std::find(failed.begin(), failed.end(), attempt.BaseTask()) == failed.end())
                failed.push_back(attempt.BaseTask());
        }
        const bool is_root = story.IsUpstream() && story.root->dag_id == run.dag_id && story.root->run_id == run.run_id;
        std::string finding;
        if (run.key == 0)
            finding = "its run is not among the records";
        else if (is_root)
            finding = fmt::format("the cause lies here: {} failed, {}", story.root->base_task, story.advice.cause);
        else if (!failed.empty())
            finding = fmt::format("{} failed in it", SayList(failed));
        else
            finding = fmt::format("ended {}, no task of it failed", model::Name(run.state));
        json::object out{{"dag_id", run.dag_id}, {"run_id", run.run_id}, {"relation", relation}};
        if (run.key != 0) out["state"] = model::Name(run.state);
        out["finding"] = finding;
        findings.push_back(std::move(out));
    }
    return findings;
}

json::array CoFailuresOf(const Story& story) {
    json::array pairs;
    for (const auto& pair : story.findings.history.cofailures) {
        json::object out{{"a", pair.a},
                         {"b", pair.b},
                         {"together", pair.together},
                         {"only_a", pair.only_a},
                         {"only_b", pair.only_b},
                         {"lift", Rounded(pair.lift)},
                         {"p_value", Rounded(pair.p_value, 1e6)}};
        Put(out, "shared_resource", pair.shared_resource);
        pairs.push_back(std::move(out));
    }
    return pairs;
}

json::array SimilarRunsOf(const Story& story) {
    json::array runs;
    for (const auto& similar : story.findings.history.similar) {
        json::object out{{"dag_id", similar.dag_id}, {"run_id", similar.run_id}};
        Put(out, "at", similar.at);
        Put(out, "outcome", similar.outcome);
        runs.push_back(std::move(out));
    }
    return runs;
}

json::array AlternativesOf(const Story& story) {
    json::array alternatives;
    for (const auto& other : story.findings.alternatives) {
        alternatives.push_back(json::object{
            {"root_cause_type", other.code}, {"confidence", Rounded(other.score)}, {"why_not", other.why}});
    }
    return alternatives;
}

json::array RulesFiredOf(const Story& story) {
    struct Row {
        std::string task;
        FiredRule fired;
    };
    std::vector<Row> rows;
    for (const auto& c : story.findings.where.run_level)
        rows.push_back({"", {c.rule, c.code, c.why, c.score, c.score, c.proof}});
    for (const auto& task : story.findings.tasks) {
        for (const auto& fired : task.fired) rows.push_back({task.task_id, fired});
    }
    std::ranges::stable_sort(rows, [](const Row& a, const Row& b) {
        return std::pair(a.fired.weight, a.fired.score) > std::pair(b.fired.weight, b.fired.score);
    });
    constexpr size_t kRulesMax = 200;
    if (rows.size() > kRulesMax) rows.resize(kRulesMax);
    json::array rules;
    for (const auto& [task, fired] : rows) {
        json::object out{{"rule", fired.rule},
                         {"code", fired.code},
                         {"score", Rounded(fired.score)},
                         {"weight", Rounded(fired.weight)},
                         {"why", OneLine(fired.why, 200)}};
        if (IsCitable(fired.proof)) out["ref"] = story.refs.Cite(fired.proof);
        Put(out, "task_id", task);
        rules.push_back(std::move(out));
    }
    return rules;
}

json::array ConfidenceSignalsOf(const Story& story) {
    std::vector<ConfidenceSignal> signals;
    Confidence(story.file, story.findings, nullptr, &signals);
    json::array out;
    for (const auto& signal : signals)
        out.push_back(json::object{{"signal", signal.why}, {"weight", Rounded(signal.weight)}});
    return out;
}

std::vector<std::string> LogSignalsOf(const Story& story) {
    std::vector<std::string> tags;
    const auto add = [&](std::string tag) {
        if (!tag.empty() && std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
    };
    add(LogClassificationOf(story.findings.cause));
    if (story.root) {
        const auto& signatures = story.root->attempt_signatures;
        if (SameInAllAttempts(*story.root))
            add("same_signature_all_attempts");
        else if (signatures.size() > 1)
            add("attempts_differ");
    }
    if (story.findings.history.last_success && story.findings.history.match_count > 0 && !story.Abstains())
        add("new_since_last_success");
    if (const Reading* reading = story.reading) {
        if (!reading->has_log) add("no_log");
        if (reading->cut_short) add("log_cut_short");
        for (const auto& signal : reading->signals) {
            const bool tells = signal.name == "exit_code" || signal.name == "signal" || signal.name == "http_status" ||
                               signal.name == "sql_state" || signal.name == "errno";
            if (tells && !signal.value.empty() && tags.size() < 12) add(signal.name + ":" + signal.value);
        }
    }
    for (const auto& id : story.conn_ids) add("connection:" + id);
    if (story.change) add("change:" + story.change->kind);
    return tags;
}

}  // namespace dagy::diagnose
