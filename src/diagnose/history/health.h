/// How well a dag does over time, in numbers that can be checked by hand.
///
/// reported_success_rate   = runs that ended in success / runs that ended, in percent.
/// effective_availability  = mean over the same runs of: 0 for a failed run, else the share of its tasks that needed no
/// second
///                           attempt and did not fail — 100 % only if every task of every run worked the first time.
/// health_gap              says in words what lies between the two.
#pragma once

#include "diagnose/finding.h"
#include "diagnose/history/timeline.h"

namespace dagy::diagnose {

/// Fills runs_seen, runs_failed, both rates, health_gap, duration_percentiles, trend_direction, change_point and
/// seasonality, or a gap for each.
void AddHealth(const Subject& subject, const Timeline& line, HistoryFinding& history);

/// Mean over the deployment's dags of the share of their ended runs that succeeded, 0..1.
void AddFleetHealth(const CaseFile& file, const Timeline& line, HistoryFinding& history);

/// What fails together with the subject: other tasks of the dag in the same run, other dags on the same day. At most 10
/// pairs, least likely by chance first.
void AddCoFailures(const CaseFile& file, const Subject& subject, const Timeline& line, HistoryFinding& history);

}  // namespace dagy::diagnose
