/// Which sentences of a model stand: each is held against what it cites. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/wording/brief.h"

namespace dagy::diagnose {

struct WordedSentence {
    std::string field;  ///< summary, root_cause or suggested_fix
    std::string text;   ///< without refs
    std::vector<std::string> refs;
};

/// The sentences of an answer. Throws Error kInvalidInput for one that is not of the form that was asked for.
std::vector<WordedSentence> ReadAnswer(const std::string& answer);

/// Why the sentence does not stand; empty: it does. Every ref exists; every number and every name (code, path, quoted
/// text, capitalised word) stands in what the refs show or claim; so do two thirds of its other words; it denies only
/// where they deny; it gives no orders and carries no links or markup of its own.
std::string FaultOf(const WordedSentence& sentence, const WordingBrief& brief);

}  // namespace dagy::diagnose
