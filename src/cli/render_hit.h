/// A search's hits and groups for a person. Text from logs is made safe.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/terminal.h"

namespace dagy::cli {

/// The snippet with its matches painted.
std::string RenderSnippet(const json::object& hit, const Terminal& terminal);
/// Where and what, on one line.
std::string RenderHit(const json::object& hit, const Terminal& terminal);
std::string RenderGroup(const json::object& group, const Terminal& terminal);

/// The command that opens the hit; empty for data, which `dagy logs` does not show.
std::string OpenCommand(const json::object& hit);

/// In single quotes where a shell would take it apart.
std::string ShellWord(std::string_view text);

}  // namespace dagy::cli
