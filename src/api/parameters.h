/// Parameters of a request against those that its route declares.
#pragma once

#include <vector>

#include "api/call.h"
#include "api/problem.h"

namespace dagy::api {

/// Puts every parameter into `call` and returns every fault: missing, unknown (a filter that is not there must not be
/// passed over in silence), given twice, of the wrong type, outside its bounds, not UTF-8. Integers are checked, never
/// cut.
std::vector<Fault> TakeParameters(Call& call);

/// True for valid UTF-8 without NUL, the only text that ids and keywords can be.
bool IsPlainText(std::string_view text);

}  // namespace dagy::api
