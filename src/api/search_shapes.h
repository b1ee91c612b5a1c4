/// What a search finds, as the API shows it.
#pragma once

#include "api/problem.h"
#include "base/json.h"
#include "base/time.h"
#include "net/http.h"
#include "search/search_engine.h"

namespace dagy::api {

json::object HitShape(const search::Hit& hit);
/// With its sentence, said as of `now`.
json::object GroupShape(const search::Group& group, Time now);
json::object ProgressShape(const search::SearchProgress& progress);

/// Problem members of a run that could not be read, with the run's names; the problem's own type is in `problem`.
json::object RunErrorShape(const model::Run& run, const Error& error, const net::Request& request);

/// `complete`, `reason`, `groups`, `totals` and, where there is something to say, `hint`.
json::object OutcomeShape(const search::SearchRequest& asked, const search::SearchOutcome& outcome, Time now);

}  // namespace dagy::api
