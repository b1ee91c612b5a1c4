/// The verdict: which cause, how sure, how well proved.
#pragma once

#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

/// Fills `cause` and `alternatives` (each with why it is not the cause) from the tasks' candidates and
/// `where.run_level`. Without anything that points to a cause, `cause.code` is INSUFFICIENT_EVIDENCE.
void Judge(const CaseFile& file, Findings& findings);

/// What adds to the confidence, or takes from it.
struct ConfidenceSignal {
    double weight = 0;
    std::string why;
};

/// 0..1, calibrated: of the diagnoses that say 0.8, about 80 % are right. `justification` (may be nullptr) names the
/// signals and weights.
double Confidence(const CaseFile& file, const Findings& findings, std::string* justification,
                  std::vector<ConfidenceSignal>* signals = nullptr);

/// `confirmed` (a log or error line and code, config, history or change evidence behind it) | `hypothesis` |
/// `insufficient_evidence`.
std::string EvidenceStatus(const CaseFile& file, const Findings& findings);

}  // namespace dagy::diagnose
