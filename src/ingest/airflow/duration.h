/// How Airflow writes durations.
#pragma once

#include <optional>

#include "base/json.h"

namespace dagy::ingest::airflow {

/// Seconds of `"PT1H30M"`, `{"__type":"TimeDelta","days":0,"seconds":300,"microseconds":0}`, `"1 day, 0:05:00"`, or a
/// number. Nothing for anything else.
std::optional<double> DurationSeconds(const json::value* value);

}  // namespace dagy::ingest::airflow
