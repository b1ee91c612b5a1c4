#include "diagnose/localise/dag_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/localise/log_line.h"

namespace dagy::diagnose {

namespace {

bool SameFile(const std::string& path, const std::string& name) {
    if (path.empty() || name.empty()) return false;
    const std::string& longer = path.size() >= name.size() ? path : name;
    const std::string& shorter = path.size() >= name.size() ? name : path;
    return longer.ends_with(shorter) &&
           (longer.size() == shorter.size() || longer[longer.size() - shorter.size() - 1] == '/');
}

/// `ImportError: cannot import name …`, the last line of a traceback, in two.
std::pair<std::string, std::string> LastException(std::string_view trace) {
    while (!trace.empty() && (trace.back() == '\n' || trace.back() == ' ')) trace.remove_suffix(1);
    const std::string_view line = trace.substr(trace.rfind('\n') + 1);
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return {std::string(line), ""};
    return {std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))};
}

std::optional<Proof> ImportLine(const CaseFile& file, const RunFile& run, const TaskFinding& task) {
    for (const std::string_view words :
         {"Error loading DAG", "Failed to import", "Dag not found during start up", "DAG not found during start"})
        if (auto line = FindLine(file, run, task, words)) return line;
    return std::nullopt;
}

}  // namespace

const model::Fact* ImportErrorOf(const CaseFile& file, const model::DagVersion& version) {
    const auto errors = file.facts.find("import_error");
    if (errors == file.facts.end()) return nullptr;
    for (const auto& error : errors->second) {
        const std::string name = StringOr(error.body, "filename", error.key);
        if (SameFile(version.source_file, name)) return &error;
        for (const char* key : {"relative_fileloc", "fileloc"})
            if (SameFile(StringOr(version.extras, key), name)) return &error;
    }
    return nullptr;
}

void AddDagFileCauses(const CaseFile& file, const RunGraph& run, const model::DagVersion& version,
                      const std::vector<TaskFinding>& tasks, std::vector<LifecycleCause>& causes) {
    if (run.end().kind == RunEnd::Kind::kByItsTasks || run.end().kind == RunEnd::Kind::kFailFast) return;
    const model::Fact* error = ImportErrorOf(file, version);
    std::optional<Proof> line;
    bool ran_nothing = false;
    for (const TaskFinding& task : tasks) {
        if (task.dag_id != run.run().run.dag_id || task.run_id != run.run().run.run_id) continue;
        if (task.state == model::AttemptState::kUpstreamFailed || task.role == Role::kRecovered) continue;
        ran_nothing = ran_nothing || !task.started_at;
        if (task.attempts > 0 && task.started_at && !line) line = ImportLine(file, run.run(), task);
    }
    if (!line) {
        // Without a task that met it, the error must at least be older than the run's end, and something must have
        // waited for the dag.
        const auto since = error ? GetTime(error->body, "timestamp") : std::nullopt;
        if (!since || !ran_nothing || (run.end().at && *since > *run.end().at)) return;
    }
    Candidate cause;
    cause.code = "DAG_IMPORT_ERROR";
    cause.score = line ? 0.98 : 0.93;
    cause.rule = "lifecycle.dag_import_error";
    cause.log_classification = "import_error";
    if (error) {
        const std::string trace = StringOr(error->body, "stack_trace");
        std::tie(cause.exception_class, cause.exception_message) = LastException(trace);
        cause.captures["file"] = StringOr(error->body, "filename", error->key);
    } else if (const size_t colon = line->text.find(": ");
               colon != std::string::npos && line->text.starts_with("Error loading DAG")) {
        cause.exception_class = "ImportError";
        cause.exception_message = line->text.substr(colon + 2);
    }
    cause.why = fmt::format("the dag's file{} could not be imported while the run was under way{}",
                            cause.captures.contains("file") ? " " + cause.captures["file"] : "",
                            cause.exception_message.empty() ? "" : ": " + cause.exception_message);
    if (line) {
        cause.proof = std::move(*line);
    } else {
        cause.proof = {.kind = Proof::Kind::kHistory,
                       .dag_id = version.dag_id,
                       .run_id = {},
                       .task_id = {},
                       .attempt = 0,
                       .row = -1,
                       .ts = GetTime(error->body, "timestamp"),
                       .text = StringOr(error->body, "stack_trace"),
                       .event_id = {}};
    }
    causes.push_back({std::move(cause), ""});
}

}  // namespace dagy::diagnose
