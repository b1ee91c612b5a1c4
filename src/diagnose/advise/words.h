/// The words of this run that templates may use.
#pragma once

#include <array>
#include <string_view>

#include "diagnose/advise/template.h"

namespace dagy::diagnose {

struct Story;

/// Names, numbers and lines of the run, its cause, its change and its history. The rule's own captures win over what is
/// read from the error's text. What is not known is not there.
Words MakeWords(const Story& story);

/// Words that every diagnosis with a root task has; others depend on what is known of the failure.
inline constexpr std::array<std::string_view, 4> kRunWords{"dag", "run", "date", "task"};

}  // namespace dagy::diagnose
