#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "diagnose/compose/wording.h"
#include "diagnose/history/changes.h"
#include "diagnose/history/source_scope.h"
#include "diagnose/localise/dag_file.h"

namespace dagy::diagnose {

namespace {

using Versions = std::vector<model::DagVersion>;

const model::DagVersion* Find(const Versions& versions, const std::string& name) {
    const auto found =
        std::find_if(versions.begin(), versions.end(), [&](const auto& version) { return version.version == name; });
    return found == versions.end() ? nullptr : &*found;
}

/// The code is a matter of what is written in the file, rather than of the world outside it.
bool IsOwnCode(std::string_view code) {
    for (const char* prefix :
         {"USER_CODE_", "DEPENDENCY_MODULE", "DEPENDENCY_VERSION", "CONFIG_", "SQL_", "DBT_", "DATA_SCHEMA", "DAG_",
          "DATA_PARSE", "STORAGE_FILE", "STORAGE_BUCKET", "HTTP_NOT_FOUND", "HTTP_BAD", "PLATFORM_TASK_TIMEOUT"})
        if (code.starts_with(prefix)) return true;
    return false;
}

bool IsCommonWord(const std::string& word) {
    for (const char* common :
         {"def",    "return", "print", "for",  "import",    "from",    "with",  "task",   "the",   "and",  "not",
          "None",   "True",   "False", "self", "else",      "raise",   "Error", "error",  "file",  "line", "name",
          "str",    "int",    "len",   "get",  "list",      "dict",    "data",  "value",  "key",   "row",  "rows",
          "run",    "http",   "https", "has",  "attribute", "object",  "type",  "local",  "exit",  "code", "command",
          "failed", "date",   "day",   "ds",   "opt",       "airflow", "dags",  "lambda", "range", "sum",  "Exception"})
        if (word == common) return true;
    return false;
}

/// The longest word that only one of the two texts has and that the error says. Words that both have prove nothing.
std::string NewWordInError(const std::string& before, const std::string& after, const FailureView& view) {
    const auto old_words = Words(before), new_words = Words(after);
    std::vector<std::string> changed;
    std::set_symmetric_difference(old_words.begin(), old_words.end(), new_words.begin(), new_words.end(),
                                  std::back_inserter(changed));
    std::string best;
    for (const std::string& word : changed)
        if (word.size() > best.size() && !IsCommonWord(word) && word != view.dag_id && Mentions(view.error_text, word))
            best = word;
    return best;
}

/// The change is of the thing that the code is about, though no word of it is in the error.
bool AboutTheCode(std::string_view code, const std::vector<std::string>& changed) {
    const auto any = [&](std::initializer_list<const char*> words) {
        return std::any_of(changed.begin(), changed.end(), [&](const std::string& line) {
            return std::any_of(words.begin(), words.end(),
                               [&](const char* word) { return line.find(word) != std::string::npos; });
        });
    };
    if (code == "PLATFORM_TASK_TIMEOUT" || code == "DEPENDENCY_SENSOR_TIMEOUT") return any({"timeout"});
    if (code == "PLATFORM_RUN_TIMEOUT") return any({"dagrun_timeout", "dag_run_timeout"});
    if (code.starts_with("RESOURCE_POOL") || code == "CONFIG_TARGET_NOT_FOUND")
        return any({"pool", "queue", "slots", "trigger_dag_id"});
    return false;
}

json::value VersionValue(const model::DagVersion* version, const std::string& name) {
    json::object value{{"version", name}};
    if (version && version->created_at) value["created_at"] = FormatTime(*version->created_at);
    return value;
}

void ScoreVersion(const FailureView& view, const Subject& subject, const model::DagVersion* before,
                  const model::DagVersion* after, ChangeSignal& change) {
    if (!before || !after || before->source.empty() || after->source.empty()) {
        change.score = IsOwnCode(view.code) ? 0.75 : 0.3;
        change.why = "the dag has a new version since the last good run; its source is not known";
        return;
    }
    const auto of_task = [&](const model::DagVersion& version) {
        return subject.task.empty() ? version.source
                                    : TaskSource(version.source, subject.task) + SharedSource(version.source);
    };
    const auto in_task = ChangedLines(of_task(*before), of_task(*after));
    const auto anywhere = ChangedLines(before->source, after->source);
    if (const std::string word = NewWordInError(of_task(*before), of_task(*after), view); !word.empty()) {
        change.score = 0.97;
        change.why = fmt::format("the new version changed a line with {}, which the error names", word);
    } else if (AboutTheCode(view.code, in_task)) {
        change.score = 0.9;
        change.why = "the new version changed the very limit that was reached";
    } else if (const auto own =
                   ChangedLines(TaskSource(before->source, subject.task), TaskSource(after->source, subject.task));
               !own.empty() && !subject.task.empty()) {
        change.score = IsOwnCode(view.code) ? 0.86 : 0.4;
        change.why = fmt::format("the new version changed {} of the failing task",
                                 SayCount(static_cast<int64_t>(own.size()), "line"));
    } else if (const std::string elsewhere = NewWordInError(before->source, after->source, view); !elsewhere.empty()) {
        change.score = 0.7;
        change.why = fmt::format("the new version changed a line with {}, which the error names", elsewhere);
    } else {
        change.score = anywhere.empty() ? 0.1 : IsOwnCode(view.code) ? 0.35 : 0.2;
        change.why = anywhere.empty() ? "the new version has the same source"
                                      : "the new version left the failing task as it was";
    }
    std::string text;
    for (const std::string& line : in_task.empty() ? anywhere : in_task)
        if (text.size() < 1000) text += line + "\n";
    change.proof = {.kind = Proof::Kind::kCode,
                    .dag_id = view.dag_id,
                    .run_id = {},
                    .task_id = subject.task,
                    .attempt = 0,
                    .row = -1,
                    .ts = after->created_at,
                    .text = text,
                    .event_id = {}};
}

/// The version of the last good run against that of the first bad one.
void AddVersion(const FailureView& view, const Subject& subject, const Timeline& line,
                std::vector<ChangeSignal>& changes) {
    const RunPoint* good = line.LastGoodTask();
    const RunFile& bad = *line.points[line.Onset()].file;
    if (!good || good->file->run.dag_version == bad.run.dag_version || good->file->run.dag_version.empty() ||
        bad.run.dag_version.empty())
        return;
    const auto* before = Find(subject.dag->versions, good->file->run.dag_version);
    const auto* after = Find(subject.dag->versions, bad.run.dag_version);
    ChangeSignal change;
    change.ts = after && after->created_at ? *after->created_at : view.onset_start;
    change.kind = "dag_version";
    change.resource = view.dag_id;
    change.before = VersionValue(before, good->file->run.dag_version);
    change.after = VersionValue(after, bad.run.dag_version);
    change.proof = {.kind = Proof::Kind::kCode,
                    .dag_id = view.dag_id,
                    .run_id = {},
                    .task_id = subject.task,
                    .attempt = 0,
                    .row = -1,
                    .ts = change.ts,
                    .text = "version " + bad.run.dag_version,
                    .event_id = {}};
    ScoreVersion(view, subject, before, after, change);
    changes.push_back(std::move(change));
}

/// Airflow overwrites a version's source while the graph stays the same: the former text is kept with the time of its
/// end.
void AddReplacedSources(const CaseFile& file, const FailureView& view, const Subject& subject,
                        std::vector<ChangeSignal>& changes) {
    const auto sources = file.fact_history.find("dag_source");
    if (sources == file.fact_history.end()) return;
    for (const auto& fact : sources->second) {
        const auto replaced = GetTime(fact.body, "replaced_at");
        if (!replaced || StringOr(fact.body, "dag_id") != view.dag_id || !view.InWindow(*replaced)) continue;
        const model::DagVersion* now = Find(subject.dag->versions, StringOr(fact.body, "version"));
        model::DagVersion before;
        before.source = StringOr(fact.body, "source");
        if (!now || before.source == now->source) continue;
        ChangeSignal change;
        change.ts = *replaced;
        change.kind = "deploy";
        change.resource = view.dag_id;
        change.after = json::object{{"version", now->version}};
        ScoreVersion(view, subject, &before, now, change);
        changes.push_back(std::move(change));
    }
}

void AddImportError(const CaseFile& file, const FailureView& view, const Subject& subject,
                    std::vector<ChangeSignal>& changes) {
    const model::Fact* error = ImportErrorOf(file, subject.dag->version);
    if (!error && view.code != "DAG_IMPORT_ERROR") return;
    ChangeSignal change;
    change.ts = error ? GetTime(error->body, "timestamp").value_or(view.onset_start) : view.onset_start;
    // The import error is noticed some time after the file was put in place, often only once the run has met it.
    const bool in_time = !view.last_good || change.ts >= *view.last_good;
    change.kind = "deploy";
    change.resource = view.dag_id;
    change.after = json::object{
        {"file", error ? StringOr(error->body, "filename", error->key) : subject.dag->version.source_file}};
    change.score = view.code != "DAG_IMPORT_ERROR" || !in_time ? 0.15 : error ? 0.95 : 0.45;
    change.why = change.score > 0.5 ? "the dag's file was replaced by one that does not import"
                 : change.score > 0.2
                     ? "the dag's file no longer imports; whether it or a package was changed is not recorded"
                     : "the dag's file does not import now; the failing task ran all the same";
    change.proof = {
        .kind = Proof::Kind::kHistory,
        .dag_id = view.dag_id,
        .run_id = {},
        .task_id = {},
        .attempt = 0,
        .row = -1,
        .ts = change.ts,
        .text = error ? StringOr(error->body, "stack_trace") : std::string("import error of ") + view.dag_id,
        .event_id = {}};
    changes.push_back(std::move(change));
}

void AddBundle(const FailureView& view, const Timeline& line, std::vector<ChangeSignal>& changes) {
    const RunPoint* good = line.LastGoodTask();
    const RunFile& bad = *line.points[line.Onset()].file;
    if (!good || good->file->run.dag_version != bad.run.dag_version) return;  // the version tells it better
    const auto before = GetString(good->file->run.extras, "bundle_version"),
               after = GetString(bad.run.extras, "bundle_version");
    if (!before || !after || *before == *after) return;
    ChangeSignal change;
    change.ts = view.onset_start;
    change.kind = "deploy";
    change.resource = view.dag_id;
    change.before = *before;
    change.after = *after;
    change.score = IsOwnCode(view.code) ? 0.7 : 0.25;
    change.why = "the bundle has another version since the last good run";
    change.proof = {.kind = Proof::Kind::kHistory,
                    .dag_id = view.dag_id,
                    .run_id = bad.run.run_id,
                    .task_id = {},
                    .attempt = 0,
                    .row = -1,
                    .ts = change.ts,
                    .text = fmt::format("bundle_version {} → {}", *before, *after),
                    .event_id = {}};
    changes.push_back(std::move(change));
}

/// A provider or package that was seen in another version before.
void AddPackages(const CaseFile& file, const FailureView& view, std::vector<ChangeSignal>& changes) {
    for (const char* kind : {"provider", "airflow"}) {
        const auto history = file.fact_history.find(kind);
        if (history == file.fact_history.end()) continue;
        const model::Fact* former = nullptr;
        for (const auto& fact : history->second) {
            const bool drifted = former && former->key == fact.key &&
                                 StringOr(former->body, "version") != StringOr(fact.body, "version") && fact.seen_at;
            if (drifted && view.InWindow(*fact.seen_at)) {
                ChangeSignal change;
                change.ts = *fact.seen_at;
                change.kind = "package";
                change.resource = fact.key;
                change.before = StringOr(former->body, "version");
                change.after = StringOr(fact.body, "version");
                std::string module = fact.key;
                std::replace(module.begin(), module.end(), '-', '_');
                const bool named = view.InError(fact.key) || view.InError(module);
                change.score = named ? 0.85 : view.code.starts_with("DEPENDENCY_") ? 0.55 : 0.2;
                change.why = named ? "the error names it" : "its version is another one since the last good run";
                change.proof = {.kind = Proof::Kind::kHistory,
                                .dag_id = {},
                                .run_id = {},
                                .task_id = {},
                                .attempt = 0,
                                .row = -1,
                                .ts = change.ts,
                                .text = fmt::format("{} {} → {}", fact.key, StringOr(former->body, "version"),
                                                    StringOr(fact.body, "version")),
                                .event_id = {}};
                changes.push_back(std::move(change));
            }
            former = &fact;
        }
    }
}

}  // namespace

void AddCodeChanges(const CaseFile& file, const FailureView& view, const Subject& subject, const Timeline& line,
                    std::vector<ChangeSignal>& changes) {
    AddVersion(view, subject, line, changes);
    AddReplacedSources(file, view, subject, changes);
    AddImportError(file, view, subject, changes);
    AddBundle(view, line, changes);
    AddPackages(file, view, changes);
}

}  // namespace dagy::diagnose
