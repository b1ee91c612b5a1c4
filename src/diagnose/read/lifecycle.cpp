#include "diagnose/read/lifecycle.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/json.h"

namespace dagy::diagnose {
namespace {

constexpr std::array<std::string_view, 12> kInputs{"Running command:",
                                                   "Executing:",
                                                   "Running statement:",
                                                   "Exporting env vars",
                                                   "Exporting the following env vars",
                                                   "Running: [",
                                                   "Rendered",
                                                   "Spark-Submit cmd:",
                                                   "Pushing xcom",
                                                   "Done. Returned value was:",
                                                   "sql:",
                                                   "Polling the statement"};
/// The same on one line: what follows is not theirs.
constexpr std::array<std::string_view, 4> kOneLineInputs{"Executing <Task", "Running <TaskInstance", "Starting attempt",
                                                         "Dependencies all met"};

std::optional<int> NumberAfter(std::string_view text, std::string_view words) {
    const size_t at = text.find(words);
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(at + words.size());
    while (rest.starts_with(' ') || rest.starts_with(':')) rest.remove_prefix(1);
    int number = 0;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failed != std::errc()) return std::nullopt;
    return number;
}

int SignalNumber(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, int>, 12> kSignals{{{"SIGKILL", 9},
                                                                                {"SIGTERM", 15},
                                                                                {"SIGSEGV", 11},
                                                                                {"SIGABRT", 6},
                                                                                {"SIGBUS", 7},
                                                                                {"SIGILL", 4},
                                                                                {"SIGINT", 2},
                                                                                {"SIGHUP", 1},
                                                                                {"SIGFPE", 8},
                                                                                {"SIGXCPU", 24},
                                                                                {"SIGPIPE", 13},
                                                                                {"SIGQUIT", 3}}};
    for (const auto& [signal, number] : kSignals)
        if (name.find(signal) != std::string_view::npos) return number;
    return 0;
}

void ReadExtras(std::string_view extras, Lifecycle& found) {
    boost::system::error_code failed;
    const json::value value = json::parse(json::string_view(extras.data(), extras.size()), failed);
    if (failed || !value.is_object()) return;
    const auto& object = value.get_object();
    if (const auto code = GetInt(object, "exit_code")) found.exit_code = static_cast<int>(*code);
    if (const auto signal = GetInt(object, "signal")) found.signal = static_cast<int>(*signal < 0 ? -*signal : *signal);
    if (const auto* words = object.if_contains("exit_code"); words != nullptr && words->is_string())
        found.system_exit = std::string_view(words->get_string());
    if (const auto* detail = GetObject(object, "detail")) found.state_set = StringOr(*detail, "current_state");
}

}  // namespace

Lifecycle ReadLifecycle(const Line& line, std::string_view extras) {
    Lifecycle found;
    const std::string_view text = line.text;
    for (const auto input : kInputs)
        if (text.starts_with(input)) {
            found.prints_input = found.spans_lines = true;
            return found;
        }
    for (const auto input : kOneLineInputs)
        if (text.starts_with(input)) {
            found.prints_input = true;
            return found;
        }
    if (line.is_orchestrator) {
        for (const std::string_view end :
             {"Task failed with exception", "Task exited with return code", "Marking task as",
              "Process exited abnormally", "Process terminated by signal", "Task killed", "Failed to execute job",
              "::group::Post", "Task is not able to be run"})
            found.ends |= text.starts_with(end);
        if (text == "Task exited") {
            // Airflow 3 caught a SystemExit; what was given to it stands beside the words.
            found.ends = true;
            ReadExtras(extras, found);
            if (found.exit_code) found.system_exit = std::to_string(*std::exchange(found.exit_code, std::nullopt));
        }
        if (text.starts_with("Process ") || text.starts_with("Server indicated")) ReadExtras(extras, found);
        if (text.starts_with("Task exited with")) {
            if (const int signal = SignalNumber(text))
                found.signal = signal;
            else if (const auto code = NumberAfter(text, "return code")) {
                if (*code < 0)
                    found.signal = -*code;
                else if (*code > 1)
                    found.exit_code = code;
            }
        }
        const size_t set = text.find("has been externally set to ");
        if (set != std::string_view::npos) {
            const std::string_view rest = text.substr(set + 27);
            found.state_set = rest.substr(0, rest.find_first_of(". "));
        }
    }
    if (text.starts_with("Command exited with return code")) {
        // Python's way to tell of a child that a signal ended.
        const auto code = NumberAfter(text, "return code");
        if (code && *code < 0)
            found.signal = -*code;
        else
            found.exit_code = code;
    }
    return found;
}

}  // namespace dagy::diagnose
