/// YAML text as JSON values: mappings, sequences and strings (every scalar stays text).
#pragma once

#include <string_view>

#include "base/json.h"

namespace dagy::diagnose {

/// Refuses duplicate keys. Throws Error kInvalidInput that names `what` and the parser's complaint with its line.
json::value ParseYaml(std::string_view text, std::string_view what);

}  // namespace dagy::diagnose
