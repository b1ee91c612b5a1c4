/// JSON as people search it.
#pragma once

#include <string>

#include "base/json.h"

namespace dagy {

/// As json::serialize, but with numbers as people write them: `12.5`, not `1.25E1`.
std::string PlainJson(const json::value& value);

}  // namespace dagy
