/// The diagnosis as one JSON object: the 54 fields of the seed, each there or named in `evidence_gaps`, and what
/// diagnosis.md adds.
#pragma once

#include "base/json.h"
#include "diagnose/compose/story.h"
#include "diagnose/diagnose.h"

namespace dagy::diagnose {

json::object Compose(const Story& story, const Options& options);

}  // namespace dagy::diagnose
