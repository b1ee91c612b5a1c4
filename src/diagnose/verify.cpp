#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/hash.h"
#include "diagnose/code_place.h"
#include "diagnose/compose/story.h"
#include "diagnose/diagnose.h"

namespace dagy::diagnose {
namespace {

struct Ref {
    std::string kind, dag_id, run_id, task_id, event_id, text;
    int attempt = 0;
    int64_t row = -1;
};

Ref ReadRef(const json::object& object) {
    Ref ref;
    ref.kind = StringOr(object, "kind");
    ref.dag_id = StringOr(object, "dag_id");
    ref.run_id = StringOr(object, "run_id");
    ref.task_id = StringOr(object, "task_id");
    ref.event_id = StringOr(object, "event_id");
    ref.text = StringOr(object, "text");
    ref.attempt = static_cast<int>(IntOr(object, "attempt", 0));
    ref.row = IntOr(object, "row", -1);
    return ref;
}

std::vector<const RunFile*> AllRuns(const CaseFile& file) {
    std::vector<const RunFile*> runs{&file.run};
    const auto add = [&](const DagFile& dag) {
        for (const auto& run : dag.before) runs.push_back(&run);
        for (const auto& run : dag.after) runs.push_back(&run);
    };
    add(file.dag);
    for (const auto& related : file.related) {
        runs.push_back(&related.file);
        add(related.dag);
    }
    return runs;
}

const RunFile* FindRun(const CaseFile& file, const Ref& ref) {
    for (const auto* run : AllRuns(file)) {
        if (run->run.run_id == ref.run_id && (ref.dag_id.empty() || run->run.dag_id == ref.dag_id)) return run;
    }
    return nullptr;
}

std::vector<std::string> Lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// As the reader joins rows: the text may be part of one row or run over several.
std::string CheckLog(const CaseFile& file, const Ref& ref) {
    const RunFile* run = FindRun(file, ref);
    if (run == nullptr) return "the run is not among the records";
    if (file.logs == nullptr) return "the logs cannot be read";
    const auto attempt = std::find_if(run->attempts.begin(), run->attempts.end(), [&](const model::TaskAttempt& one) {
        return one.task_id == ref.task_id && one.attempt == ref.attempt;
    });
    const model::PhaseRef phase{run->run.key, attempt == run->attempts.end() ? ref.task_id : attempt->Phase(),
                                ref.attempt};
    // Bad bytes and line ends are mended at import; what is compared is what is recorded.
    std::string recorded;
    const auto lines = static_cast<int64_t>(Lines(ref.text).size());
    file.logs->ReadLogs(phase, std::max<int64_t>(ref.row, 0), std::max<int64_t>(lines, 1) + 64,
                        [&](std::span<const model::LogRow> rows) {
                            for (const auto& row : rows) recorded += row.message + "\n" + row.extras + "\n";
                            return true;
                        });
    if (recorded.find(ref.text) != std::string::npos) return {};
    std::string errors;
    file.logs->ReadErrors(phase, [&](std::span<const model::ErrorRow> rows) {
        for (const auto& row : rows)
            errors += row.traceback + "\n" + row.error_type + ": " + row.error_detail + "\n" + row.error_title + "\n";
        return true;
    });
    if (errors.find(ref.text) != std::string::npos) return {};
    const auto whole = recorded + errors;
    for (const auto& line : Lines(ref.text)) {
        if (whole.find(line) == std::string::npos)
            return fmt::format("row {} does not say: {}", ref.row, line.substr(0, 80));
    }
    return {};
}

/// Lines that stand in some recorded version of some source (a difference of two versions has lines of both).
std::string CheckSources(const CaseFile& file, const Ref& ref) {
    std::string sources;
    const auto add = [&](const DagFile& dag) {
        for (const auto& version : dag.versions) sources += version.source + "\n";
        sources += dag.version.source + "\n";
    };
    add(file.dag);
    for (const auto& related : file.related) add(related.dag);
    for (const auto* facts : {&file.facts, &file.fact_history}) {
        const auto found = facts->find("dag_source");
        if (found == facts->end()) continue;
        for (const auto& fact : found->second) {
            for (const auto& [key, value] : fact.body) {
                if (value.is_string()) sources += std::string(value.as_string()) + "\n";
            }
        }
    }
    for (const auto& line : Lines(ref.text)) {
        if (sources.find(line) == std::string::npos) return "no recorded source says: " + line.substr(0, 120);
    }
    return {};
}

std::string CheckFacts(const CaseFile& file, const Ref& ref) {
    for (const auto& [kind, facts] : file.facts) {
        for (const auto& fact : facts) {
            for (const auto& [key, value] : fact.body) {
                if (value.is_string() && std::string_view(value.as_string()).find(ref.text) != std::string_view::npos)
                    return {};
            }
        }
    }
    return "no fact of the deployment says this";
}

std::string CheckCode(const CaseFile& file, const Ref& ref) {
    const auto holds = [&](const DagFile& dag) {
        const auto lines = Lines(dag.version.source);
        return dag.version.dag_id == ref.dag_id && ref.row > 0 && static_cast<size_t>(ref.row) <= lines.size() &&
               lines[static_cast<size_t>(ref.row) - 1].find(ref.text) != std::string::npos;
    };
    if (holds(file.dag)) return {};
    for (const auto& related : file.related) {
        if (holds(related.dag)) return {};
    }
    if (ref.row < 0) return CheckSources(file, ref);
    return fmt::format("line {} of the recorded source is another", ref.row);
}

std::string CheckHistory(const CaseFile& file, const Ref& ref) {
    std::set<std::string> known;
    for (const auto* run : AllRuns(file)) {
        if (!ref.dag_id.empty() && run->run.dag_id != ref.dag_id) continue;
        for (const auto& line : Lines(RunsProof({run}).text)) known.insert(line);
        if (run->run.run_id != ref.run_id) continue;
        std::set<std::string> tasks;
        for (const auto& attempt : run->attempts) tasks.insert(attempt.BaseTask());
        for (const auto& task : tasks) {
            for (const auto& line : Lines(StatesProof(*run, {task}).text)) known.insert(line);
        }
    }
    if (ref.event_id != "runs" && ref.event_id != "states") {
        if (ref.run_id.empty()) return CheckFacts(file, ref);
        // Written by a step from times and states of its own; its run has to be there at least.
        return FindRun(file, ref) ? std::string() : std::string("the run is not among the records");
    }
    for (const auto& line : Lines(ref.text)) {
        if (!known.contains(line)) return "the records say otherwise than: " + line.substr(0, 120);
    }
    return {};
}

std::string CheckAudit(const CaseFile& file, const Ref& ref) {
    if (ref.event_id.empty()) return {};
    const bool found = std::any_of(file.source_events.begin(), file.source_events.end(),
                                   [&](const auto& event) { return event.event_id == ref.event_id; });
    return found ? std::string() : fmt::format("there is no audit row {}", ref.event_id);
}

std::string WhyNot(const CaseFile& file, const Ref& ref) {
    if (ref.kind == "log" || ref.kind == "error" || ref.kind == "data") return CheckLog(file, ref);
    if (ref.kind == "code") return CheckCode(file, ref);
    if (ref.kind == "history") return CheckHistory(file, ref);
    if (ref.kind == "audit") return CheckAudit(file, ref);
    return "its kind is unknown";
}

}  // namespace

json::array Verify(const CaseFile& file, const json::object& diagnosis) {
    json::array results;
    const json::array* refs = GetArray(diagnosis, "evidence_refs");
    if (refs == nullptr) return results;
    for (const auto& value : *refs) {
        if (!value.is_object()) continue;
        const auto& object = value.as_object();
        const Ref ref = ReadRef(object);
        std::string reason;
        if (Sha256Hex(ref.text) != StringOr(object, "sha256"))
            reason = "the hash is not that of the text";
        else
            reason = WhyNot(file, ref);
        results.push_back(json::object{{"ref", StringOr(object, "ref")}, {"ok", reason.empty()}, {"reason", reason}});
    }
    return results;
}

}  // namespace dagy::diagnose
