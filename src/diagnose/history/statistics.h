/// The few numbers that history needs; each named after who thought of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace dagy::diagnose {

/// Nearest-rank percentile: the smallest value with at least `percent` % of the values at or below it. `sorted` is
/// ascending and not empty.
double Percentile(const std::vector<double>& sorted, double percent);

/// One-sided p of Fisher's exact test that `a` and `b` go together more often than by chance, by the hypergeometric
/// tail P(X ≥ both); Fisher (1922), J. R. Stat. Soc. 85:87–94. Counts are of one table: both, only a, only b, neither.
double FisherRight(int64_t both, int64_t only_a, int64_t only_b, int64_t neither);

/// Pettitt's test for one change of level in a series; Pettitt (1979), Appl. Statist. 28:126–135. `first_after` is the
/// index of the first value of the new level, `p` his approximation 2·exp(−6K²/(n³+n²)). Deterministic; O(n log n).
/// Nothing below `kChangePointRuns` values.
struct ChangePoint {
    size_t first_after = 0;
    double p = 1;
    double before = 0, after = 0;  ///< means of both sides
};
inline constexpr size_t kChangePointRuns = 14;
std::optional<ChangePoint> FindChangePoint(const std::vector<double>& series);

/// Mann–Kendall test for a monotone trend; Mann (1945), Econometrica 13:245–259. +1 rising, −1 falling, 0 neither at p
/// < 0.05 (two-sided, ties corrected). At least 8 values, at most the last 500 are looked at.
int Trend(const std::vector<double>& series);

}  // namespace dagy::diagnose
