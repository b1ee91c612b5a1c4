/// What a language model is shown of a diagnosis, and what its sentences are held against. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "diagnose/wording.h"
#include "diagnose/wording/redactor.h"

namespace dagy::diagnose {

/// Everything in it is redacted and bounded. A line that speaks to whoever reads it, as instructions to a model do, is
/// not in it.
struct WordingBrief {
    WordingPrompt prompt;
    std::map<std::string, std::string> by_ref;  ///< ref → its text, its place, and every claim that cites it
    std::string facts;                          ///< names that may stand in any sentence
    std::string advice;                         ///< what may stand in the fix besides
    std::string story;                          ///< title, summary and root cause, for their words alone
    Redactor redactor;
};

/// No refs to cite: `by_ref` is empty, and there is nothing to ask.
WordingBrief BriefOf(const json::object& diagnosis);

/// Text in the voice of an instruction or of a verdict, as injected log lines have it.
bool SpeaksToItsReader(std::string_view text);

}  // namespace dagy::diagnose
