/// Keyset cursors of lists: where the next page goes on, as a text that clients hand back as they got it.
#pragma once

#include <optional>
#include <string>

#include "api/call.h"
#include "store/run_store.h"

namespace dagy::api {

/// The query's `cursor`; nothing without one. Throws ProblemError 422 for a text that is none, for a run of another
/// organization, and for a cursor that comes with a `page`.
std::optional<int64_t> RunCursorOf(const Call& call, store::RunStore& runs);
std::optional<store::DagPlace> DagCursorOf(const Call& call);

std::string ToCursor(const model::Run& run);
std::string ToCursor(const store::DagSummary& dag);

}  // namespace dagy::api
