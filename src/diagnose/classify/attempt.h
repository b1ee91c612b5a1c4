/// The candidates that the reading of one attempt gives.
#pragma once

#include <vector>

#include "diagnose/classify/assess.h"
#include "diagnose/contrast.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// Best first; one a code. Every rule that matched is added to `fired` (may be nullptr).
std::vector<Candidate> JudgeAttempt(Assessor& assessor, const Reading& reading, const Contrast* contrast,
                                    std::vector<FiredRule>* fired = nullptr);

}  // namespace dagy::diagnose
