/// What stands in good runs too, and so proves nothing.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "diagnose/reading.h"

namespace dagy::diagnose {

/// Empty (no good readings): nothing is known to be usual.
struct Contrast {
    size_t good_readings = 0;
    std::unordered_map<uint64_t, int64_t> templates;  ///< line template → how many good readings have it

    bool Empty() const { return good_readings == 0; }
    /// A line of that template stands in at least one good reading.
    bool IsUsual(std::string_view line) const;
};

Contrast BuildContrast(const std::vector<Reading>& good);

}  // namespace dagy::diagnose
