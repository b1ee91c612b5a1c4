/// One diagnosis from a case file to its object, telling the story on the way. Pure but for the log reads of the case
/// file's source.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/time.h"
#include "diagnose/case_file.h"
#include "diagnose/finding.h"

namespace dagy::diagnose {

class Guidance;

struct Options {
    /// Called with each sentence as it is found, in the order in which things are found; never throws.
    std::function<void(const std::string& text)> tell;
    std::string session_id;
    std::string from_dag_run_id;               ///< replay only
    bool explain = false;                      ///< adds `rules_fired` and `confidence_signals`
    std::shared_ptr<const Guidance> guidance;  ///< the organization's own rules; nullptr: the built-in ones alone
    std::stop_token stop;                      ///< throws Error kTimeout soon after
};

/// The diagnosis object (diagnosis.md): all fields of the seed present or in evidence_gaps. Same case file, same bytes.
json::object Diagnose(const CaseFile& file, const Options& options);

/// Re-reads every evidence ref through `file.logs` and the case file and compares bytes. One object per ref: {ref, ok,
/// reason}.
json::array Verify(const CaseFile& file, const json::object& diagnosis);

}  // namespace dagy::diagnose
