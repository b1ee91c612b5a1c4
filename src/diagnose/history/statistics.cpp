#include "diagnose/history/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace dagy::diagnose {

namespace {

// glibc's lgamma writes the global signgam; these arguments are positive, so its thread-safe sibling is all that is
// needed.
double LogFactorial(int64_t n) {
    int sign = 0;
    return lgamma_r(static_cast<double>(n) + 1, &sign);
}

double LogChoose(int64_t n, int64_t k) {
    return LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);
}

/// Mid-ranks, 1-based.
std::vector<double> Ranks(const std::vector<double>& series) {
    std::vector<size_t> order(series.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return series[a] < series[b]; });
    std::vector<double> ranks(series.size());
    for (size_t from = 0; from < order.size();) {
        size_t to = from;
        while (to < order.size() && series[order[to]] == series[order[from]]) ++to;
        for (size_t at = from; at < to; ++at) ranks[order[at]] = static_cast<double>(from + to + 1) / 2;
        from = to;
    }
    return ranks;
}

double Mean(const std::vector<double>& series, size_t from, size_t to) {
    return std::accumulate(series.begin() + static_cast<ptrdiff_t>(from), series.begin() + static_cast<ptrdiff_t>(to),
                           0.0) /
           static_cast<double>(to - from);
}

}  // namespace

double Percentile(const std::vector<double>& sorted, double percent) {
    const auto rank = static_cast<size_t>(std::ceil(percent / 100 * static_cast<double>(sorted.size())));
    return sorted[std::clamp<size_t>(rank, 1, sorted.size()) - 1];
}

double FisherRight(int64_t both, int64_t only_a, int64_t only_b, int64_t neither) {
    const int64_t a = both + only_a, b = both + only_b, total = both + only_a + only_b + neither;
    if (total <= 0) return 1;
    double p = 0;
    for (int64_t x = both; x <= std::min(a, b); ++x)
        if (b - x <= total - a) p += std::exp(LogChoose(a, x) + LogChoose(total - a, b - x) - LogChoose(total, b));
    return std::clamp(p, 0.0, 1.0);
}

std::optional<ChangePoint> FindChangePoint(const std::vector<double>& series) {
    const size_t n = series.size();
    if (n < kChangePointRuns) return std::nullopt;
    // U(t) = 2·ΣR − t·(n+1): the Mann–Whitney form of his statistic, which needs the ranks only once.
    const auto ranks = Ranks(series);
    double sum = 0, best = 0;
    size_t split = 0;
    for (size_t t = 1; t < n; ++t) {
        sum += ranks[t - 1];
        const double u = std::abs(2 * sum - static_cast<double>(t * (n + 1)));
        if (u > best + 1e-9) {
            best = u;
            split = t;
        }
    }
    if (split == 0) return std::nullopt;
    const auto count = static_cast<double>(n);
    ChangePoint point{.first_after = split,
                      .p = std::min(1.0, 2 * std::exp(-6 * best * best / (count * count * count + count * count))),
                      .before = Mean(series, 0, split),
                      .after = Mean(series, split, n)};
    return point;
}

int Trend(const std::vector<double>& all) {
    if (all.size() < 8) return 0;
    const std::vector<double> series(all.end() - static_cast<ptrdiff_t>(std::min<size_t>(all.size(), 500)), all.end());
    const size_t n = series.size();
    int64_t s = 0;
    for (size_t i = 0; i < n; ++i)
        for (size_t j = i + 1; j < n; ++j) s += (series[j] > series[i]) - (series[j] < series[i]);
    std::map<double, double> ties;
    for (const double value : series) ties[value] += 1;
    const auto spread = [](double t) { return t * (t - 1) * (2 * t + 5); };
    double variance = spread(static_cast<double>(n));
    for (const auto& [value, count] : ties) variance -= spread(count);
    variance /= 18;
    if (variance <= 0 || s == 0) return 0;
    const double z = (std::abs(static_cast<double>(s)) - 1) / std::sqrt(variance);
    return z < 1.96 ? 0 : s > 0 ? 1 : -1;
}

}  // namespace dagy::diagnose
