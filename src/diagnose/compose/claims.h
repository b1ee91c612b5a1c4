/// The sentences of a diagnosis, each claim with its ref. Pure functions of the story (and its ref book).
#pragma once

#include <string>
#include <vector>

#include "diagnose/compose/story.h"

namespace dagy::diagnose {

std::string SayTitle(const Story& story);
std::string SaySummary(const Story& story);
std::string SayRootCause(const Story& story);
/// Each ends with its ref.
std::vector<std::string> SayEvidence(const Story& story);
std::vector<std::string> SaySymptoms(const Story& story);
std::vector<std::string> SayContributingFactors(const Story& story);
std::string SayFix(const Story& story);
/// Numbered lines.
std::string SayRemediation(const Story& story);

/// `connection fx_feed was changed (host a → b) 0.5 s before the first failing run`; empty without a claimed change.
std::string SayClaimedChange(const Story& story);
/// "3 good runs, then this failure in every run since …"; empty where this is the only run.
std::string SayStreak(const Story& story);
/// The task's name with what it is in: `**pull_rates**`-free plain text.
std::string SayWhere(const Story& story);

/// True where every failed attempt of the root, two or more, ended with one signature.
bool SameInAllAttempts(const TaskFinding& task);

}  // namespace dagy::diagnose
