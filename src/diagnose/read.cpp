#include "diagnose/read.h"

#include <re2/re2.h>

#include <algorithm>

#include "diagnose/knowledge_tables.h"
#include "diagnose/read/collector.h"
#include "diagnose/read/jvm_trace.h"
#include "diagnose/read/lifecycle.h"
#include "diagnose/read/line.h"
#include "diagnose/read/memory_track.h"
#include "diagnose/read/python_trace.h"
#include "diagnose/read/told_exception.h"

namespace dagy::diagnose {
namespace {

constexpr size_t kStreamsMax = 8;
constexpr size_t kListMax = 20;
/// A chain of which Airflow tells a second time; decided at the end.
constexpr std::string_view kRetold = "retold";

/// One voice in the log: its open traces and what its last line with a head said.
struct Stream {
    std::string name;
    PythonTraceReader python;
    JvmTraceReader jvm;
    std::string head;
    bool is_orchestrator = false;
    bool is_output = false;
    bool prints_input = false;
    uint64_t used = 0;
};

/// What is judged of a line. A line longer than this is a payload: a hostile one would cost minutes, an honest one has
/// said it by then.
std::string_view Front(std::string_view line) {
    constexpr size_t kJudgedBytesMax = 64 << 10;
    if (line.size() <= kJudgedBytesMax) return line;
    size_t end = kJudgedBytesMax;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
    return line.substr(0, end);
}

std::string WhereOf(std::string_view head, bool is_orchestrator) {
    for (const std::string_view afterwards : {"callback", "Failed to send", "Error sending"})
        if (head.find(afterwards) != std::string_view::npos) return "callback";
    // Airflow tells the failure again, or that handling it failed too.
    if (head.starts_with("Failed to execute job")) return std::string(kRetold);
    if (!is_orchestrator) {
        // The line itself says that it was dealt with.
        for (const std::string_view dealt :
             {"using default", "using the default", "taking the built-in", "retrying", "will retry", "falling back",
              "fallback", "ignoring", "ignored", "not fatal", "going on", "carrying on", "continuing", "skipping"})
            if (head.find(dealt) != std::string_view::npos) return "retry_warning";
        return "output";
    }
    for (const std::string_view other :
         {"heartbeat", "Heartbeat", "DagBag", "Failed to import", "Error scheduling", "Error when executing",
          "Failed when executing", "Failed to record", "Error loading"})
        if (head.find(other) != std::string_view::npos) return "orchestrator";
    return "task";
}

void AddOnce(std::vector<std::string>& list, std::string value) {
    if (!value.empty() && list.size() < kListMax && std::ranges::find(list, value) == list.end())
        list.push_back(std::move(value));
}

/// Exceptions of another language inside the deepest message (py4j, PySpark) are deeper still.
void AppendInner(ExceptionChain& chain) {
    const Exception deepest = chain.exceptions.back();
    const bool has_trace = deepest.message.find("\n\tat ") != std::string::npos ||
                           deepest.message.find("\nat ") != std::string::npos ||
                           deepest.message.find("Caused by: ") != std::string::npos;
    if (deepest.language != "python" || !has_trace) return;
    auto inner = ParseJvmTrace(deepest.message, deepest.row);
    if (!inner) return;
    for (auto& exception : inner->exceptions) {
        exception.link = Exception::Link::kCause;
        exception.from_error_record = deepest.from_error_record;
        chain.exceptions.push_back(std::move(exception));
    }
}

}  // namespace

std::string Exception::ShortType() const {
    const size_t dot = type.find_last_of(".$");
    return dot == std::string::npos ? type : type.substr(dot + 1);
}

struct AttemptReader::State {
    State(const Knowledge& knowledge) : scanner(knowledge.tables().patterns), collector(reading) {}

    void AddRow(const model::LogRow& row);
    void AddLine(Line& line, std::string_view recorded, std::string_view extras);
    void Judge(const Line& line, std::string_view recorded, std::optional<model::Level> inner);
    Stream& StreamOf(std::string_view name);
    void TakeChains(Stream& stream);
    void TakeLifecycle(const Lifecycle& found, const Line& line, std::string_view recorded);
    void TakeErrors();
    void TakePlaces();

    Reading reading;
    PatternScanner scanner;
    Collector collector;
    std::vector<Stream> streams;
    size_t last_stream = 0;
    MemoryTrack memory;
    std::vector<model::ErrorRow> errors;
    std::string scratch;
    uint64_t clock = 0;
    bool told_end = false;
    bool orchestrated = false;
};

AttemptReader::AttemptReader(const Knowledge& knowledge, model::PhaseRef ref, std::string dag_id, std::string run_id,
                             std::string task_id)
    : state_(std::make_unique<State>(knowledge)) {
    Reading& reading = state_->reading;
    reading.attempt = ref.attempt;
    reading.ref = std::move(ref);
    reading.dag_id = std::move(dag_id);
    reading.run_id = std::move(run_id);
    reading.task_id = std::move(task_id);
}

AttemptReader::~AttemptReader() = default;

void AttemptReader::Add(std::span<const model::LogRow> rows) {
    for (const auto& row : rows) state_->AddRow(row);
}

void AttemptReader::AddErrors(std::span<const model::ErrorRow> rows) {
    constexpr size_t kErrorsMax = 200;
    for (const auto& row : rows) {
        if (state_->errors.size() >= kErrorsMax) state_->errors.erase(state_->errors.begin() + kErrorsMax / 3);
        state_->errors.push_back(row);
    }
}

Stream& AttemptReader::State::StreamOf(std::string_view name) {
    if (last_stream < streams.size() && streams[last_stream].name == name) return streams[last_stream];
    for (size_t i = 0; i < streams.size(); ++i)
        if (streams[i].name == name) {
            last_stream = i;
            streams[i].used = ++clock;
            return streams[i];
        }
    if (streams.size() >= kStreamsMax) {
        const auto oldest = std::ranges::min_element(streams, {}, &Stream::used);
        oldest->python.End();
        oldest->jvm.End();
        TakeChains(*oldest);
        streams.erase(oldest);
    }
    streams.push_back({.name = std::string(name), .used = ++clock});
    last_stream = streams.size() - 1;
    return streams.back();
}

void AttemptReader::State::TakeChains(Stream& stream) {
    const auto take = [&](std::optional<ExceptionChain> chain) {
        if (!chain) return;
        chain->where = WhereOf(stream.head, stream.is_orchestrator);
        AppendInner(*chain);
        collector.AddChain(std::move(*chain));
    };
    take(stream.python.Take());
    take(stream.jvm.Take());
}

void AttemptReader::State::AddRow(const model::LogRow& row) {
    ++reading.rows;
    reading.bytes += static_cast<int64_t>(row.message.size());
    if (row.ts) {
        if (!reading.first_ts) reading.first_ts = row.ts;
        reading.last_ts = row.ts;
    }
    const bool continues = row.logger.empty() && row.source_file.empty();
    if (!continues && row.level >= model::Level::kError) ++reading.error_lines;
    if (!continues && row.level == model::Level::kWarning) ++reading.warning_lines;

    Line line{.row = row.row, .ts = row.ts, .level = row.level, .continues = continues};
    if (!continues) {
        line.stream = row.logger.empty() ? std::string_view(row.source_file) : std::string_view(row.logger);
        line.is_orchestrator = IsOrchestrator(row.logger, row.source_file);
        line.is_output = IsOutput(row.logger, row.source_file);
        orchestrated |= line.is_orchestrator;
    } else if (last_stream < streams.size()) {
        const Stream& stream = streams[last_stream];
        line.stream = stream.name;
        line.is_orchestrator = stream.is_orchestrator;
        line.is_output = stream.is_output || stream.name.empty();
    } else {
        // A log without heads is what a program printed.
        line.is_output = true;
    }
    std::string_view message = row.message;
    if (row.source_file == "base_task_runner.py") {
        // Airflow 1 passes on what its child printed, a traceback line by line.
        const size_t words = message.find("Subtask: ");
        if (words != std::string_view::npos && words < 24) {
            message.remove_prefix(words + 9);
            line.is_orchestrator = false;
            line.is_output = true;
        }
    }
    for (size_t at = 0; at <= message.size();) {
        const size_t next = std::min(message.find('\n', at), message.size());
        const std::string_view recorded = message.substr(at, next - at);
        line.text = line.body = WithoutAnsi(Front(recorded), scratch);
        AddLine(line, recorded, at == 0 ? std::string_view(row.extras) : std::string_view());
        line.continues = true;
        at = next + 1;
    }
}

void AttemptReader::State::AddLine(Line& line, std::string_view recorded, std::string_view extras) {
    Stream& stream = StreamOf(line.stream);
    if (line.continues && stream.prints_input) {
        if (!line.text.starts_with("Traceback (most recent call last)")) return;
        stream.prints_input = false;
    }
    const bool may_match = scanner.MayMatch(line.text);
    const bool open = stream.python.is_open() || stream.jvm.is_open();
    const auto says = [&](std::string_view words) { return line.text.find(words) != std::string_view::npos; };
    if (!may_match && !open && line.level < model::Level::kWarning && !line.is_orchestrator && !says("onnection") &&
        !says("Error") && !says("xception") && !says("WARN") && !says("ERROR")) {
        if (!line.continues) {
            stream.head.clear();
            stream.is_orchestrator = false;
            stream.is_output = line.is_output;
            const Lifecycle found = line.is_output ? Lifecycle{} : ReadLifecycle(line, {});
            stream.prints_input = found.spans_lines;
            if (found.prints_input) return;
        }
        collector.Note(line, recorded);
        return;
    }
    const unsigned triggers = scanner.triggers();
    const InnerHead inner = TakeInnerHead(line.text);
    line.body = inner.body;
    if (!line.continues) {
        // Where only failures span lines, the next line's own head ends them, and they belong to the head before.
        if (open && !line.is_output) {
            stream.python.End();
            TakeChains(stream);
            stream.jvm.End();
            TakeChains(stream);
        }
        Line bare = line;
        bare.text = inner.body;
        const Lifecycle found = ReadLifecycle(bare, extras);
        stream.prints_input = found.spans_lines;
        // What follows a plain report of Airflow's without a head of its own is the program's: Airflow had said it all.
        const bool report = line.is_orchestrator && line.level < model::Level::kWarning && !found.spans_lines;
        stream.is_orchestrator = line.is_orchestrator && !report;
        stream.is_output = line.is_output || report;
        stream.head.assign(line.text.substr(0, 300));
        if (found.prints_input) return;
        TakeLifecycle(found, line, recorded);
        if (line.level >= model::Level::kWarning) collector.NoteHead(line);
    }
    collector.Note(line, recorded);
    if ((triggers & PatternSet::kMemory) != 0) memory.Add(line.text, line.row);
    if ((triggers & PatternSet::kConnection) != 0) {
        static const re2::RE2 kConnection(R"((?i)(?:conn_id|connection id)[=: ]*['"`]+([\w.-]+)['"`])");
        std::string id;
        if (re2::RE2::PartialMatch(re2::StringPiece(line.text.data(), line.text.size()), kConnection, &id))
            AddOnce(reading.connection_ids, std::move(id));
    }
    const bool python = stream.python.Add(line);
    const bool jvm = (open || may_match) && stream.jvm.Add(line);
    TakeChains(stream);
    // Until frames prove a Java trace its lines are ordinary ones.
    if (!python && !(jvm && stream.jvm.is_proven())) Judge(line, recorded, inner.level);
}

void AttemptReader::State::Judge(const Line& line, std::string_view recorded, std::optional<model::Level> inner) {
    model::Level level =
        std::max(line.continues ? model::Level::kInfo : line.level, inner.value_or(model::Level::kInfo));
    if (line.stream == "task.stderr" && !inner) level = model::Level::kWarning;
    if (level < model::Level::kError)
        if (const auto own = LevelMember(line.body)) level = std::max(level, *own);
    // AddLine has looked at the whole line. What follows its head is read first; but `ERROR 1129 (HY000): …` reads as a
    // level before its words, and needs the whole line to be known.
    const bool has_head = line.body.size() != line.text.size();
    if (has_head) scanner.MayMatch(line.body);
    auto matches = scanner.Matches();
    if (has_head && matches.empty() && scanner.MayMatch(line.text)) matches = scanner.Matches();
    const Pattern* best = nullptr;
    for (const auto& match : matches) {
        if (match.pattern->code == "NONE") return;
        if (match.pattern->is_own && line.is_orchestrator) continue;
        if (best == nullptr || match.pattern->score > best->score) best = match.pattern;
    }
    const bool tells = best == nullptr && level < model::Level::kError && !ToldClass(line.body).empty();
    if (best == nullptr && level < model::Level::kWarning && !tells) return;
    if (best == nullptr && line.is_orchestrator) return;
    collector.AddSignal(best != nullptr                 ? (line.is_orchestrator ? "lifecycle" : "words")
                        : tells                         ? "told_exception"
                        : level >= model::Level::kError ? "error_line"
                                                        : "warning_line",
                        best != nullptr ? best->id : "", line, recorded, level);
}

void AttemptReader::State::TakeLifecycle(const Lifecycle& found, const Line& line, std::string_view recorded) {
    told_end |= found.ends;
    if (found.exit_code && *found.exit_code != 0) {
        reading.exit_code = found.exit_code;
        collector.AddSignal("exit_code", std::to_string(*found.exit_code), line, recorded, line.level);
    }
    if (found.signal && *found.signal != 0) {
        reading.signal_number = found.signal;
        collector.AddSignal("signal", std::to_string(*found.signal), line, recorded, line.level);
    }
    if (!found.system_exit.empty() && found.system_exit != "0")
        collector.AddSignal("system_exit", found.system_exit, line, recorded, line.level);
    if (!found.state_set.empty()) collector.AddSignal("state_set", found.state_set, line, recorded, line.level);
}

void AttemptReader::State::TakeErrors() {
    for (const auto& error : errors) {
        // A record that no log row carried is cited by its own row.
        const int64_t row = error.log_row.value_or(error.row);
        auto chain = ParsePythonTrace(error.traceback, row);
        if (!chain) chain = ParseJvmTrace(error.traceback, row);
        if (!chain) {
            chain.emplace();
            chain->exceptions.push_back({.type = error.error_type,
                                         .message = error.error_detail.empty() ? error.error_title : error.error_detail,
                                         .row = row});
        }
        for (auto& exception : chain->exceptions) exception.from_error_record = true;
        AppendInner(*chain);
        chain->first_row = chain->last_row = error.log_row.value_or(-1);
        chain->ts = error.ts;
        const auto* head = error.log_row ? collector.FindHead(*error.log_row) : nullptr;
        chain->where = head == nullptr ? "task" : WhereOf(head->message, head->is_orchestrator);
        if (head != nullptr) chain->level = head->level;
        told_end |= chain->where == "task";
        collector.AddChain(std::move(*chain));
    }
}

void AttemptReader::State::TakePlaces() {
    static const re2::RE2 kPlace(R"((?:host=['"]|https?://|server at "|host: |Failed to resolve ['"])([\w.-]+))");
    for (const auto& chain : reading.chains)
        for (const auto& exception : chain.exceptions) {
            re2::StringPiece rest(exception.message.data(), std::min<size_t>(exception.message.size(), 4096));
            std::string place;
            while (re2::RE2::FindAndConsume(&rest, kPlace, &place))
                if (place != "sqlalche.me" && place != "airflow.apache.org") AddOnce(reading.urls, place);
        }
}

Reading AttemptReader::Finish() {
    State& state = *state_;
    for (auto& stream : state.streams) {
        stream.python.End();
        state.TakeChains(stream);
        stream.jvm.End();
        state.TakeChains(stream);
    }
    state.TakeErrors();
    if (const auto growth = state.memory.Growth()) {
        const Line line{
            .row = state.memory.last_row(), .text = state.memory.last_text(), .body = state.memory.last_text()};
        state.collector.AddSignal("memory_growth", *growth, line, state.memory.last_text(), model::Level::kInfo);
    }
    state.collector.Finish();
    const bool told =
        std::ranges::any_of(state.reading.chains, [](const ExceptionChain& chain) { return chain.where == "task"; });
    for (auto& chain : state.reading.chains)
        if (chain.where == kRetold) chain.where = told ? "orchestrator" : "task";
    state.TakePlaces();
    state.reading.has_log = state.reading.rows > 0;
    state.reading.cut_short = state.orchestrated && !state.told_end;
    return std::move(state.reading);
}

}  // namespace dagy::diagnose
