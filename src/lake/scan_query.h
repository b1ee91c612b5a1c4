/// What is looked for in the rows of one (phase, attempt, kind).
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "lake/row_matcher.h"

namespace dagy::lake {

struct ScanQuery {
    model::RecordKind kind = model::RecordKind::kLog;
    std::string_view phase;
    const RowMatcher& matcher;
    std::stop_token stop;
    bool numbers_only = false;  ///< of what matches only the row's number is needed; nothing else need be true
};

/// Takes a row that matches; false ends the scan. It must not read records itself: it runs on a lent connection.
using TakeMatch = std::function<bool(const SearchRow&, const MatchedText&)>;

}  // namespace dagy::lake
