/// Named points at which tests end the process as a power cut would.
#pragma once

#include <string_view>

namespace dagy {

/// Ends the process by SIGKILL if DAGY_CRASH_AT is `name`, or `name:N` at the N-th time this point is passed. Otherwise
/// costs a comparison. The names stand in tests/crash/points.txt, which the crash test goes through.
void CrashPoint(std::string_view name);

}  // namespace dagy
