#include "store/similar.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace dagy::store {
namespace {

constexpr size_t kAnswersMax = 3;
constexpr size_t kWordBytesMax = 250;

std::string Lower(std::string_view text) {
    std::string lower(text.substr(0, kWordBytesMax));
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

/// Edit distance (Levenshtein, one row at a time), or nothing once it is over `most`.
std::optional<size_t> Distance(std::string_view a, std::string_view b, size_t most) {
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > most) return std::nullopt;
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i);
        size_t best = row[0];
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
            best = std::min(best, row[j]);
        }
        if (best > most) return std::nullopt;
    }
    return row[b.size()] <= most ? std::optional(row[b.size()]) : std::nullopt;
}

/// Smaller is closer; nothing: not close.
std::optional<size_t> Rank(std::string_view word, std::string_view name) {
    const size_t most = std::max<size_t>(1, std::max(word.size(), name.size()) / 3);
    if (const auto distance = Distance(word, name, most)) return *distance;
    if (word.empty()) return std::nullopt;
    if (name.starts_with(word) || word.starts_with(name)) return 1000;
    if (name.contains(word)) return 2000;
    return std::nullopt;
}

}  // namespace

std::vector<std::string> Similar(std::string_view word, const std::vector<std::string>& names) {
    const std::string wanted = Lower(word);
    std::vector<std::pair<size_t, const std::string*>> close;
    for (const std::string& name : names)
        if (const auto rank = Rank(wanted, Lower(name)); rank && !name.empty()) close.emplace_back(*rank, &name);
    std::ranges::stable_sort(close, {}, &std::pair<size_t, const std::string*>::first);
    std::vector<std::string> best;
    for (size_t i = 0; i < close.size() && i < kAnswersMax; ++i) best.push_back(*close[i].second);
    return best;
}

}  // namespace dagy::store
