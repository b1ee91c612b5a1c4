/// Settings from the environment (docs/settings.md lists them).
#pragma once

#include <cstdint>
#include <string>

#include "api/api.h"
#include "diagnose/service.h"

namespace dagy::app {

/// A whole number from the environment, or `otherwise`. Throws kInvalidInput that names the variable for a value that
/// is none or out of bounds.
int64_t WholeNumber(const char* name, int64_t otherwise, int64_t least, int64_t most);
/// Empty where it is not set.
std::string Text(const char* name);

/// Both throw as WholeNumber does.
api::ApiOptions ReadApiOptions();
diagnose::ServiceLimits ReadServiceLimits();

}  // namespace dagy::app
