#include "diagnose/code_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace dagy::diagnose {
namespace {

std::string_view LastPart(std::string_view path) {
    const size_t slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::vector<std::string_view> Lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::string_view Stripped(std::string_view line) {
    const size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
}

size_t Indent(std::string_view line) {
    return std::min(line.find_first_not_of(" \t"), line.size());
}

Proof CodeProof(const DagFile& dag, const TaskFinding& task, std::string_view file, int line, std::string_view text) {
    Proof proof;
    proof.kind = Proof::Kind::kCode;
    proof.dag_id = dag.version.dag_id;
    proof.task_id = task.task_id;
    proof.row = line;
    proof.text = std::string(text);
    proof.event_id = fmt::format("{}:{}", file, line);
    return proof;
}

const Frame* UserFrame(const ExceptionChain& chain) {
    for (auto exception = chain.exceptions.rbegin(); exception != chain.exceptions.rend(); ++exception) {
        for (auto frame = exception->frames.rbegin(); frame != exception->frames.rend(); ++frame) {
            if (frame->is_user_code && !frame->file.empty()) return &*frame;
        }
    }
    return nullptr;
}

const Frame* FindFrame(const TaskFinding& task, const Candidate& cause) {
    const Reading* reading = ReadingOf(task, cause);
    if (reading == nullptr) return nullptr;
    if (const auto* chain = ChainOf(*reading, cause)) {
        if (const auto* frame = UserFrame(*chain)) return frame;
    }
    // Another chain of the same log may be the same failure, told again; one of a callback or teardown is not.
    for (auto chain = reading->chains.rbegin(); chain != reading->chains.rend(); ++chain) {
        if (chain->where == "callback" || chain->where == "teardown") continue;
        if (const auto* frame = UserFrame(*chain)) return frame;
    }
    return nullptr;
}

/// Index of the line that makes the task, or npos.
size_t DefinitionLine(const std::vector<std::string_view>& lines, const std::string& base_task) {
    const std::string name(base_task.substr(base_task.rfind('.') + 1));
    const std::string def = fmt::format("def {}(", name);
    for (size_t i = 0; i < lines.size(); ++i) {
        const auto line = Stripped(lines[i]);
        if (line.starts_with(def) || line.starts_with("async " + def)) return i;
    }
    for (const auto& full : {base_task, name}) {
        for (size_t i = 0; i < lines.size(); ++i) {
            for (const char quote : {'"', '\''}) {
                const std::string quoted = fmt::format("{}{}{}", quote, full, quote);
                const size_t at = lines[i].find(quoted);
                if (at == std::string_view::npos) continue;
                const auto before = Stripped(lines[i].substr(0, at));
                if (before.ends_with("task_id=") || before.ends_with("task_id =") || before.ends_with('(')) return i;
            }
        }
    }
    return std::string_view::npos;
}

}  // namespace

const Reading* ReadingOf(const TaskFinding& task, const Candidate& cause) {
    for (const auto& reading : task.readings) {
        if (reading.attempt == cause.proof.attempt && reading.run_id == cause.proof.run_id) return &reading;
    }
    return task.readings.empty() ? nullptr : &task.readings.back();
}

const ExceptionChain* ChainOf(const Reading& reading, const Candidate& cause) {
    const auto row = cause.proof.row;
    for (const auto& chain : reading.chains) {
        if (row >= 0 && row >= chain.first_row && row <= chain.last_row && !cause.exception_class.empty())
            return &chain;
    }
    const std::string wanted = cause.exception_class.substr(cause.exception_class.rfind('.') + 1);
    const ExceptionChain* last = nullptr;
    for (const auto& chain : reading.chains) {
        for (const auto& exception : chain.exceptions) {
            if (!wanted.empty() && exception.ShortType() == wanted) last = &chain;
        }
    }
    if (last != nullptr) return last;
    if (cause.exception_class.empty()) return nullptr;
    for (const auto& chain : reading.chains) {
        if (chain.where == "task") last = &chain;
    }
    return last;
}

std::optional<CodePlace> FindCode(const DagFile& dag, const TaskFinding& task, const Candidate& cause) {
    const auto lines = Lines(dag.version.source);
    CodePlace place;
    if (const Frame* frame = FindFrame(task, cause)) {
        place.file = std::string(LastPart(frame->file));
        place.line = frame->line;
        place.function = frame->function == "<module>" ? std::string() : frame->function;
        place.text = std::string(Stripped(frame->code));
        const bool is_dag_file = !dag.version.source_file.empty() && LastPart(dag.version.source_file) == place.file;
        if (is_dag_file && place.line > 0 && static_cast<size_t>(place.line) <= lines.size()) {
            const auto text = Stripped(lines[static_cast<size_t>(place.line) - 1]);
            // A traceback that has its own text of the line settles whether the stored file is still the one that ran.
            if (!text.empty() && (place.text.empty() || place.text == text)) {
                place.text = std::string(text);
                place.proof = CodeProof(dag, task, place.file, place.line, text);
            }
        }
        return place;
    }
    const size_t at = DefinitionLine(lines, task.base_task);
    if (at == std::string_view::npos) return std::nullopt;
    place.raised_here = false;
    place.file = std::string(LastPart(dag.version.source_file));
    if (place.file.empty()) place.file = dag.version.dag_id;
    place.line = static_cast<int>(at) + 1;
    place.text = std::string(Stripped(lines[at]));
    place.proof = CodeProof(dag, task, place.file, place.line, place.text);
    return place;
}

void FillCode(Reading& reading, const DagFile& dag) {
    if (dag.version.source_file.empty() || dag.version.source.empty()) return;
    const std::string_view name = LastPart(dag.version.source_file);
    std::vector<std::string_view> lines;
    for (auto& chain : reading.chains)
        for (auto& exception : chain.exceptions)
            for (auto& frame : exception.frames) {
                if (!frame.is_user_code || !frame.code.empty() || frame.line < 1 || LastPart(frame.file) != name)
                    continue;
                if (lines.empty()) lines = Lines(dag.version.source);
                const auto at = static_cast<size_t>(frame.line) - 1;
                if (at < lines.size()) frame.code = std::string(Stripped(lines[at]));
            }
}

std::string SourceOfTask(const model::DagVersion& version, const std::string& base_task) {
    const auto lines = Lines(version.source);
    const size_t at = DefinitionLine(lines, base_task);
    if (at == std::string_view::npos) return {};
    // A call may have begun on an earlier line than its task_id; what is deeper than it, and its closing line, belong
    // to it.
    size_t first = at;
    const bool is_def = Stripped(lines[at]).starts_with("def ") || Stripped(lines[at]).starts_with("async def ");
    if (!is_def && lines[at].find('(') == std::string_view::npos) {
        while (first > 0 && lines[first].find('(') == std::string_view::npos) --first;
    }
    const size_t level = Indent(lines[first]);
    std::string text;
    for (size_t i = first; i < lines.size(); ++i) {
        const auto line = Stripped(lines[i]);
        const bool closes = !line.empty() && (line[0] == ')' || line[0] == ']' || line[0] == '}');
        if (i > at && !line.empty() && Indent(lines[i]) <= level && !closes) break;
        text += std::string(lines[i]) + "\n";
    }
    return text;
}

}  // namespace dagy::diagnose
