/// Members of a tar archive, as every tar reads them (ustar; GNU's long names).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace dagy::lake {

/// What stands before a member's `bytes` bytes.
std::string TarHead(std::string_view name, int64_t bytes, Time modified);
/// What stands behind them.
std::string TarPadding(int64_t bytes);
/// What ends the archive.
std::string TarEnd();

}  // namespace dagy::lake
