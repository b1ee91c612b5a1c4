/// Lines with holes: `Clear {task} in {run}`. A line whose words are not known is left out, never shown with holes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace dagy::diagnose {

/// name → what stands for it in this run.
using Words = std::map<std::string, std::string, std::less<>>;

/// `{name}` is the word, `{name|sh}` the word quoted for a shell, `{{` and `}}` braces. Nothing where a word is missing
/// or empty.
std::optional<std::string> Fill(std::string_view text, const Words& words);

/// A template is a string or a list of alternatives: the first that can be filled. Empty text: none could.
std::string FillFirst(const json::value& alternatives, const Words& words);
/// A list of such templates; those that cannot be filled are left out.
std::vector<std::string> FillLines(const json::value& lines, const Words& words);

/// The names of all holes in a template value, nested ones too; for checks of the knowledge files.
std::vector<std::string> HolesOf(const json::value& value);

/// In single quotes where a shell would read more than a plain word.
std::string ShellQuoted(std::string_view word);

}  // namespace dagy::diagnose
