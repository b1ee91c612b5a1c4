/// Rows as the items of a page.
#pragma once

#include <vector>

#include "base/json.h"
#include "lake/lake.h"
#include "model/record.h"

namespace dagy::lake {

std::vector<Column> LogColumns();
std::vector<Column> ErrorColumns();

/// Every column is there; what a row lacks is null. Times are RFC 3339, extras an object.
json::object ToItem(const model::LogRow& row);
json::object ToItem(const model::ErrorRow& row);

}  // namespace dagy::lake
