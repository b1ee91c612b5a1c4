/// The lists and objects inside a diagnosis. Pure functions of the story (and its ref book).
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "diagnose/compose/story.h"

namespace dagy::diagnose {

json::array TasksOf(const Story& story);
json::array CascadeOf(const Story& story);
json::object BlastRadiusOf(const Story& story);
json::array ChecksOf(const Story& story);
json::array ChangesOf(const Story& story);
json::array ChildDagsOf(const Story& story);
json::array CoFailuresOf(const Story& story);
json::array SimilarRunsOf(const Story& story);
json::array AlternativesOf(const Story& story);
/// Every rule that fired, heaviest first: {rule, code, score, weight, why, ref, task_id}; at most 200.
json::array RulesFiredOf(const Story& story);
/// {signal, weight} of each that the confidence is made of.
json::array ConfidenceSignalsOf(const Story& story);
/// Chronological, at most 80: runs, attempts, changes and what people or the platform did.
json::array TimelineOf(const Story& story);
std::vector<std::string> LogSignalsOf(const Story& story);
/// connection_timeout, auth_failure …; from the rule, else made from the code. Empty without a cause.
std::string LogClassificationOf(const Candidate& cause);
/// The line (or last lines of the traceback) that show the cause, ending with its ref; empty without a log line.
std::string SnippetOf(const Candidate& cause, RefBook& refs);

}  // namespace dagy::diagnose
