/// Airflow's `error_detail` (structlog's exception tree) as Python itself would have printed it.
#pragma once

#include <string>

#include "base/json.h"

namespace dagy::ingest::airflow {

/// `stacks` runs from the outermost exception to the deepest; the text starts with the deepest, as Python prints it.
/// Chained parts, notes, syntax errors and exception groups have Python's form (lib/traceback.py); source lines are not
/// in the data. No line end at its end. Members of a wrong type are taken as absent.
std::string FormatTraceback(const json::array& stacks);

}  // namespace dagy::ingest::airflow
