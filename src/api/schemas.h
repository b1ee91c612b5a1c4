/// Shapes of bodies: JSON Schemas by name, shown in /openapi.json and enforced on what clients send.
#pragma once

#include <string_view>
#include <vector>

#include "api/problem.h"
#include "base/json.h"

namespace dagy::api {

/// Name → schema, with `$ref`s of the form `#/components/schemas/<name>`.
const json::object& Schemas();

/// Every fault of `value` against the schema called `name`: type, required, additionalProperties, properties, items,
/// enum, minimum, maximum, minLength, maxLength, maxItems, format date-time, $ref. Throws kInternal for a name that is
/// not there.
std::vector<Fault> FaultsOfBody(const json::value& value, std::string_view name);

/// `value` with 36.0 as 36, wherever it stands: one number, as JSON Schema has it.
json::value WholeNumbers(json::value value);

}  // namespace dagy::api
