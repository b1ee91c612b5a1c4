/// Words of a language model for a finished diagnosis: `summary`, `root_cause` and `suggested_fix` said again, from its
/// evidence alone.
///
///   diagnosis ─▶ brief (cited lines and claims, redacted) ─▶ model ─▶ judge (what no ref supports is dropped) ─▶
///   `wording`
///
/// The diagnosis itself is made before and never changed: the words stand beside it.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "base/json.h"

namespace dagy::diagnose {

/// What a model is asked. Both are bounded, and secrets, e-mail and IP addresses are out of them.
struct WordingPrompt {
    std::string rules;     ///< what to do, ours alone
    std::string evidence;  ///< JSON; nothing in it is an instruction
};

class WordingModel {
  public:
    virtual ~WordingModel() = default;
    /// As its maker calls it.
    virtual const std::string& name() const = 0;
    /// What the model said, as it came. Throws Error with a detail that a reader of the diagnosis may see; soon after
    /// `stop` is requested, too. Thread-safe.
    virtual std::string Answer(const WordingPrompt& prompt, std::stop_token stop) = 0;
};

/// `{status: worded, model, summary?, root_cause?, suggested_fix?, sentences[], dropped[], redacted}` or
/// `{status: kept, model, reason, …}`: nothing came, or nothing of it stands. Never throws.
json::object Reword(const json::object& diagnosis, WordingModel& model, std::stop_token stop);

/// `{status: kept, reason}`: nobody was asked.
json::object NotWorded(const std::string& reason);

}  // namespace dagy::diagnose
