#include <algorithm>
#include <array>

#include "search/query.h"

namespace dagy::search {
namespace {

using model::Level;

constexpr std::array kLevels{Level::kDebug, Level::kInfo, Level::kWarning, Level::kError, Level::kCritical};

/// `*` stands for any characters; everything else for itself.
bool Fits(std::string_view pattern, std::string_view name) {
    size_t p = 0, n = 0, star = std::string_view::npos, retry = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p, ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool Holds(std::string_view op, Level level, Level bound) {
    if (op == ">=") return level >= bound;
    if (op == ">") return level > bound;
    if (op == "<=") return level <= bound;
    if (op == "<") return level < bound;
    return level == bound;
}

}  // namespace

bool NameCondition::Allows(std::string_view name) const {
    const auto fits = [&](const std::string& pattern) { return Fits(pattern, name); };
    return (wanted.empty() || std::ranges::any_of(wanted, fits)) && std::ranges::none_of(unwanted, fits);
}

std::optional<model::RecordKind> ParseKind(std::string_view word) {
    for (const auto kind : {model::RecordKind::kLog, model::RecordKind::kError, model::RecordKind::kData})
        if (model::FileStem(kind) == word) return kind;
    return std::nullopt;
}

std::vector<Level> ParseLevels(std::string_view text) {
    const size_t word = std::min(text.find_first_not_of("<>="), text.size());
    const std::string_view op = text.substr(0, word);
    static constexpr std::array<std::string_view, 6> kOperators{"", "=", ">=", ">", "<=", "<"};
    const auto bound = model::ParseLevel(text.substr(word));
    std::vector<Level> levels;
    if (!bound || std::ranges::find(kOperators, op) == kOperators.end()) return levels;
    std::ranges::copy_if(kLevels, std::back_inserter(levels), [&](Level level) { return Holds(op, level, *bound); });
    return levels;
}

}  // namespace dagy::search
