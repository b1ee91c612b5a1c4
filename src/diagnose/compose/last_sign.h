/// The last sign of life in the logs, for causes that no line of a log tells: a pool without slots, a run that was
/// ended from outside, a process that vanished.
#pragma once

#include <optional>
#include <string>

#include "diagnose/compose/story.h"

namespace dagy::diagnose {

struct LastSign {
    std::string sentence;  ///< what it shows, with the line's own words; no ref yet
    Proof proof;           ///< kLog: the line as recorded
};

/// The last line of the task that the cause is about (the root, else the first that was cut off or held up); else the
/// last one that the run wrote; else the last one of that task in the newest good run. Nothing where no log is kept.
/// Reads the ends of a few logs.
std::optional<LastSign> FindLastSign(const Story& story);

}  // namespace dagy::diagnose
