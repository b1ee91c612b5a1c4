/// Names and numbers in an error's text: the host that did not answer, the column that is missing, the path that is not
/// there.
#pragma once

#include <string_view>

#include "diagnose/advise/template.h"

namespace dagy::diagnose {

/// Adds to `words` what `text` names; words that are there already stay.
void ExtractWords(std::string_view text, Words& words);

}  // namespace dagy::diagnose
