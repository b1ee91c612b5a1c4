/// One line of a log on its way through the reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/record.h"

namespace dagy::diagnose {

/// A physical line; a row whose message has line ends gives several, all with that row's number.
struct Line {
    int64_t row = 0;
    std::optional<Time> ts;
    model::Level level = model::Level::kInfo;
    std::string_view text;    ///< without ANSI codes
    std::string_view body;    ///< `text` without the head that a program's own logging puts before its words
    std::string_view stream;  ///< whose output: a logger, or the source file of Airflow 2
    bool continues = false;   ///< the source gave it no head of its own: it belongs to what stands above
    bool is_orchestrator = false;
    bool is_output = false;  ///< what the task or its program printed
};

/// `text` without ANSI escape sequences; `scratch` holds the result where there were some.
std::string_view WithoutAnsi(std::string_view text, std::string& scratch);

/// What a program's own log head says.
struct InnerHead {
    std::string_view body;
    std::optional<model::Level> level;
};

/// Takes heads such as `2026-01-02 03:04:05,678 ERROR module `, `26/01/02 03:04:05 WARN TaskSetManager: `, `12:16:27 `,
/// `[0m10:41:54.6 [error] [MainThread]: `, `ERROR:root:`, `[12:15:21] ` off, one within the other.
InnerHead TakeInnerHead(std::string_view text);

/// The level that a line of JSON or logfmt gives itself: `"level": "warning"`, `lvl=error`.
std::optional<model::Level> LevelMember(std::string_view body);

/// Airflow itself speaks (not the task, nor a provider's hook that passes on a program's output).
bool IsOrchestrator(std::string_view logger, std::string_view source_file);
/// What the task's code or its program printed.
bool IsOutput(std::string_view logger, std::string_view source_file);

}  // namespace dagy::diagnose
