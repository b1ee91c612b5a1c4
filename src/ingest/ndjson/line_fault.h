/// Why a line was rejected.
#pragma once

#include <cstdint>
#include <string>

namespace dagy::ingest::ndjson {

struct LineFault {
    uint64_t line = 0;   ///< 1-based
    std::string member;  ///< empty: the line as a whole
    std::string reason;  ///< for the person who reads it, with the way out
};

}  // namespace dagy::ingest::ndjson
