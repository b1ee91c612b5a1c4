#include "diagnose/read/told_exception.h"

#include <re2/re2.h>

#include <algorithm>

namespace dagy::diagnose {

std::string ToldClass(std::string_view text) {
    // A colon and a message follow, or the arguments of a `repr`.
    static const re2::RE2 kTold(
        R"((?:^|[\s:(,\[])((?:[A-Za-z_]\w*\.)*[A-Z]\w+(?:Error|Exception|Violation|Failure|Failed|Missing|Expired|Denied|NotFound|Exceeded|Timeout))(?:: |\(['"]|:$))");
    std::string type;
    re2::RE2::PartialMatch(re2::StringPiece(text.data(), std::min<size_t>(text.size(), 2000)), kTold, &type);
    return type;
}

}  // namespace dagy::diagnose
