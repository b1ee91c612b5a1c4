/// What could not be filled, why, and what would help.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace dagy::diagnose {

/// The names of the seed's 54 fields, in its order.
const std::vector<std::string>& SeedFields();

/// One entry {field, reason, would_help} for each seed field that `diagnosis` lacks (but from_dag_run_id, which belongs
/// to replays), with the reason that a step gave, else the field's usual one; then the steps' other gaps.
json::array GapsOf(const json::object& diagnosis, const std::vector<std::pair<std::string, std::string>>& reasons);

}  // namespace dagy::diagnose
