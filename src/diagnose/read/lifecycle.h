/// What Airflow itself says about the end of an attempt.
#pragma once

#include <optional>
#include <string>

#include "diagnose/read/line.h"

namespace dagy::diagnose {

struct Lifecycle {
    bool ends = false;          ///< this line tells the attempt's end
    bool prints_input = false;  ///< it shows a command, statement or setting: no word of it is an event
    bool spans_lines = false;   ///< and so do the lines after it that have no head of their own
    std::optional<int> exit_code;
    std::optional<int> signal;
    std::string state_set;    ///< the state that was set from outside
    std::string system_exit;  ///< what code gave to sys.exit: a number, or words
};

/// `extras` is the row's JSON, or empty.
Lifecycle ReadLifecycle(const Line& line, std::string_view extras);

}  // namespace dagy::diagnose
