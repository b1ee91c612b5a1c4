/// Severity and priority, by the tables of knowledge/severity.yaml.
#pragma once

#include <string>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"
#include "diagnose/impact.h"

namespace dagy::diagnose {

struct Urgency {
    std::string severity;  ///< critical | high | medium | low
    std::string priority;  ///< P1 … P4
};

Urgency FindUrgency(const CaseFile& file, const Findings& findings, const Impact& impact);

/// From how many victims or other dags on one failure counts as amplified.
struct AmplifierLimits {
    int64_t victims_min = 5, other_dags_min = 2;
};
AmplifierLimits FindAmplifierLimits();

}  // namespace dagy::diagnose
