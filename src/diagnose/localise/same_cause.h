/// Whether two failures are one failure seen twice, or one followed from the other.
#pragma once

#include <string_view>

#include "diagnose/finding.h"

namespace dagy::diagnose {

/// The best code of a task; empty where nothing was found.
std::string_view TopCode(const TaskFinding& task);

/// Two tasks failed for one reason: the same signature, or the same code about the same thing (host, table, path …).
bool SameCause(const TaskFinding& a, const TaskFinding& b);

/// The error is of the kind that a task gets when what it should work on was not made: missing input, None, an unknown
/// key or table.
bool LooksLikeMissingInput(const TaskFinding& task);

/// What a tidying task meets behind work that broke off: files, locks, half-made things; or it does not say.
bool LooksLikeLeftovers(const TaskFinding& task);

/// The error says no more than that something else that was waited for failed or never came.
bool OnlyPointsElsewhere(const TaskFinding& task);

}  // namespace dagy::diagnose
