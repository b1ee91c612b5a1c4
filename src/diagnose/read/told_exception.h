/// Exceptions that a line tells in a sentence, without a traceback: `could not load rates: feeds.RateError: no rate`.
#pragma once

#include <string>
#include <string_view>

namespace dagy::diagnose {

/// The class that the line tells, as written, with a message behind it; empty where it tells none.
std::string ToldClass(std::string_view text);

}  // namespace dagy::diagnose
