/// Ids of dagy's own making: a prefix and a UUIDv7 body (32 hex digits), so that they sort by time.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace dagy {

/// `prefix` with its underscore: `NewId("run_", clock.Now())` → `run_01a2084906f27053826b9d0b4cd7a28c`. Unique across
/// processes.
std::string NewId(std::string_view prefix, Time now);

/// `n` bytes of the system's randomness as lower-case hex; for keys and tokens.
std::string RandomHex(size_t bytes);

}  // namespace dagy
