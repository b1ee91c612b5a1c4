/// Parameters that several routes share, so that a name means the same everywhere.
#pragma once

#include "api/route.h"

namespace dagy::api {

Parameter PathText(std::string name, std::string description);
Parameter PathDate();
Parameter QueryText(std::string name, std::string description);
Parameter QueryInteger(std::string name, int64_t default_value, int64_t minimum, int64_t maximum,
                       std::string description);
Parameter QueryFlag(std::string name, std::string description);

/// `dag_id`, `date`, `run_id`.
std::vector<Parameter> RunPath();
/// RunPath and `phase`, `attempt`.
std::vector<Parameter> PhasePath();
/// `level` of log lines.
Parameter LevelParameter();
/// `cursor` of lists that grow for ever.
Parameter CursorParameter();
/// `page` and `limit`.
std::vector<Parameter> PageParameters(int64_t limit, int64_t limit_max);

std::vector<Parameter> Join(std::vector<Parameter> first, std::vector<Parameter> second);

}  // namespace dagy::api
