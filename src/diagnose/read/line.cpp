#include "diagnose/read/line.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace dagy::diagnose {
namespace {

bool Digit(char c) {
    return c >= '0' && c <= '9';
}

void SkipSpaces(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
}

/// A run of digits, colons and the like that holds a clock time; its end, or 0.
size_t ClockEnd(std::string_view text) {
    size_t end = 0;
    int colons = 0, digits = 0;
    while (end < text.size() && end < 40) {
        const char c = text[end];
        if (Digit(c))
            ++digits;
        else if (c == ':')
            ++colons;
        else if (c == ' ' && end > 0 && end + 2 < text.size() && Digit(text[end - 1]) && Digit(text[end + 1]) &&
                 colons == 0 && digits >= 6) {
        } else if (c != '-' && c != '/' && c != '.' && c != ',' && c != 'T' && c != 'Z' && c != '+')
            break;
        ++end;
    }
    return colons >= 1 && digits >= 4 ? end : 0;
}

/// `ERROR`, `[error]`, `[info ]`, `WARN:` at the front; taken off where one stands.
std::optional<model::Level> TakeLevel(std::string_view& text) {
    std::string_view rest = text;
    const bool bracket = rest.starts_with('[');
    if (bracket) rest.remove_prefix(1);
    size_t end = 0;
    while (end < rest.size() && std::isalpha(static_cast<unsigned char>(rest[end])) != 0) ++end;
    if (end < 3 || end > 8) return std::nullopt;
    const std::string_view word = rest.substr(0, end);
    const bool upper = std::ranges::all_of(word, [](unsigned char c) { return std::isupper(c) != 0; });
    if (!bracket && !upper) return std::nullopt;
    const auto level = model::ParseLevel(word);
    if (!level) return std::nullopt;
    rest.remove_prefix(end);
    if (bracket) {
        SkipSpaces(rest);
        if (!rest.starts_with(']')) return std::nullopt;
        rest.remove_prefix(1);
    } else if (!rest.empty() && rest.front() != ' ' && rest.front() != ':' && rest.front() != '\t' &&
               rest.front() != ']') {
        return std::nullopt;
    }
    text = rest;
    return level;
}

void SkipPunctuation(std::string_view& text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '-' || text.front() == ':' || text.front() == '|' ||
                             text.front() == '\t'))
        text.remove_prefix(1);
}

/// `[main] `, `[Thread-1  ]: `, `{subprocess.py:93} `.
bool TakeBracket(std::string_view& text) {
    if (text.empty() || (text.front() != '[' && text.front() != '{')) return false;
    const char closing = text.front() == '[' ? ']' : '}';
    const size_t end = text.substr(0, 64).find(closing);
    if (end == std::string_view::npos || end + 1 >= text.size()) return false;
    if (text[end + 1] != ' ' && text[end + 1] != ':') return false;
    text.remove_prefix(end + 1);
    return true;
}

/// `__main__ - ` or `module.name: ` after a level.
void TakeLoggerName(std::string_view& text) {
    size_t end = 0;
    while (end < text.size() && end < 48 &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_' || text[end] == '.' ||
            text[end] == '$'))
        ++end;
    const std::string_view rest = text.substr(end);
    const std::string_view name = text.substr(0, end);
    if (end == 0 || name.ends_with("Error") || name.ends_with("Exception")) return;
    if (rest.starts_with(" - ") || rest.starts_with(": ") ||
        (rest.starts_with(":") && end < 24 && rest.size() > 1 && rest[1] != '/' && rest[1] != '\\'))
        text = rest;
}

constexpr std::array<std::string_view, 22> kOrchestratorFiles{"taskinstance.py",
                                                              "local_task_job_runner.py",
                                                              "local_task_job.py",
                                                              "standard_task_runner.py",
                                                              "base_task_runner.py",
                                                              "task_command.py",
                                                              "timeout.py",
                                                              "abstractoperator.py",
                                                              "xcom.py",
                                                              "warnings.py",
                                                              "scheduler_job.py",
                                                              "scheduler_job_runner.py",
                                                              "job.py",
                                                              "base_job.py",
                                                              "task_runner.py",
                                                              "dagbag.py",
                                                              "supervisor.py",
                                                              "retries.py",
                                                              "cli_action_loggers.py",
                                                              "templater.py",
                                                              "logging_mixin_.py"};
constexpr std::array<std::string_view, 16> kOutputFiles{
    "subprocess.py",     "bash.py",   "bash_operator.py", "logging_mixin.py",
    "spark_submit.py",   "docker.py", "pod_manager.py",   "pod_launcher.py",
    "kubernetes_pod.py", "ssh.py",    "pod.py",           "spark_submit_hook.py",
    "ssh_operator.py",   "ecs.py",    "process_utils.py", "python_virtualenv.py"};

}  // namespace

std::string_view WithoutAnsi(std::string_view text, std::string& scratch) {
    if (text.find('\x1b') == std::string_view::npos) return text;
    scratch.clear();
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\x1b') {
            scratch.push_back(text[at]);
            continue;
        }
        if (at + 1 < text.size() && text[at + 1] == '[') {
            at += 2;
            while (at < text.size() && (text[at] < '@' || text[at] > '~')) ++at;
        }
    }
    return scratch;
}

InnerHead TakeInnerHead(std::string_view text) {
    InnerHead head{.body = text, .level = std::nullopt};
    std::string_view rest = text;
    // dbt's colour reset survives where the escape character itself was lost.
    if (rest.starts_with("[0m")) rest.remove_prefix(3);
    bool took_time = false;
    for (int round = 0; round < 6; ++round) {
        std::string_view before = rest;
        if (rest.starts_with('[') && rest.size() > 1 && Digit(rest[1])) {
            std::string_view inside = rest.substr(1);
            const size_t end = ClockEnd(inside);
            const size_t close = end == 0 ? std::string_view::npos : inside.substr(0, 48).find(']');
            if (close != std::string_view::npos) {
                rest = inside.substr(close + 1);
                took_time = true;
            }
        } else if (!rest.empty() && Digit(rest.front())) {
            const size_t end = ClockEnd(rest);
            if (end > 0 && (end == rest.size() || rest[end] == ' ' || rest[end] == '\t' || rest[end] == '|')) {
                rest.remove_prefix(end);
                took_time = true;
            }
        }
        if (rest.size() != before.size()) SkipPunctuation(rest);
        if (const auto level = TakeLevel(rest)) {
            head.level = level;
            SkipPunctuation(rest);
            TakeLoggerName(rest);
            SkipPunctuation(rest);
        }
        if (took_time && TakeBracket(rest)) SkipPunctuation(rest);
        // `2026-01-02 03:04:05,678 - module - ERROR - words`: a name between time and level.
        if (took_time && !head.level) {
            const size_t dash = rest.substr(0, 48).find(" - ");
            if (dash != std::string_view::npos && rest.substr(0, dash).find(' ') == std::string_view::npos) {
                std::string_view after = rest.substr(dash + 3);
                if (const auto level = TakeLevel(after)) {
                    head.level = level;
                    SkipPunctuation(after);
                    rest = after;
                }
            }
        }
        if (rest.size() == before.size()) break;
    }
    if (took_time || head.level) head.body = rest;
    return head;
}

std::optional<model::Level> LevelMember(std::string_view body) {
    static const re2::RE2 kMember(
        R"re((?i)(?:^|[{, ])"?(?:level|lvl|severity|sev|levelname)"?\s*[:=]\s*"?(warn|err|crit|fatal|alert))re");
    if (body.empty() || (body.front() != '{' && body.find('=') == std::string_view::npos)) return std::nullopt;
    body = body.substr(0, 400);
    // Most lines name no level; to see that is cheaper than the expression.
    const auto has = [body](std::string_view part) { return body.find(part) != std::string_view::npos; };
    if (!has("ev") && !has("lvl") && !has("EV") && !has("LVL")) return std::nullopt;
    std::string word;
    if (!re2::RE2::PartialMatch(re2::StringPiece(body.data(), body.size()), kMember, &word)) return std::nullopt;
    return word[0] == 'w' || word[0] == 'W' ? model::Level::kWarning : model::Level::kError;
}

bool IsOrchestrator(std::string_view logger, std::string_view source_file) {
    if (IsOutput(logger, source_file)) return false;
    if (logger == "task" || logger.starts_with("airflow.") || logger == "supervisor" || logger == "processor")
        return true;
    return logger.empty() && std::ranges::find(kOrchestratorFiles, source_file) != kOrchestratorFiles.end();
}

bool IsOutput(std::string_view logger, std::string_view source_file) {
    if (logger.starts_with("task.std")) return true;
    if (logger.ends_with("SubprocessHook") || logger.ends_with("SparkSubmitHook") || logger.ends_with("PodManager") ||
        logger.ends_with("SSHHook") || logger.ends_with("DockerOperator") || logger.ends_with("SSHOperator"))
        return true;
    return logger.empty() && std::ranges::find(kOutputFiles, source_file) != kOutputFiles.end();
}

}  // namespace dagy::diagnose
