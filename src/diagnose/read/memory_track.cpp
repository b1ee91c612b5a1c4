#include "diagnose/read/memory_track.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

namespace dagy::diagnose {
namespace {

double Bytes(double number, std::string_view unit) {
    const char c = unit.empty() ? 'b' : static_cast<char>(unit.front() | 0x20);
    return c == 'k'   ? number * 1e3
           : c == 'm' ? number * 1e6
           : c == 'g' ? number * 1e9
           : c == 't' ? number * 1e12
                      : number;
}

}  // namespace

void MemoryTrack::Add(std::string_view text, int64_t row) {
    static const re2::RE2 kFigure(
        R"((?i)(limit\w*|max\w*|of|out of|/|total|budget|cap|quota)?[\s:=]*?\b?(\d+(?:[.,]\d+)?)\s*([kmgt]i?b)\b(\s*(?:limit|max\w*|total))?)");
    if (text.size() > 2000) return;
    re2::StringPiece rest(text.data(), text.size());
    re2::StringPiece before, number_text, unit, after;
    std::optional<double> use;
    while (re2::RE2::FindAndConsume(&rest, kFigure, &before, &number_text, &unit, &after)) {
        std::string number(number_text.data(), number_text.size());
        std::ranges::replace(number, ',', '.');
        const double bytes = Bytes(std::stod(number), {unit.data(), unit.size()});
        if (!before.empty() || !after.empty())
            limit_ = bytes;
        else if (!use)
            use = bytes;
    }
    if (!use) return;
    if (samples_ == 0) first_ = *use;
    if (samples_ > 0 && *use < last_ * 0.98) ++falls_;
    last_ = *use;
    peak_ = std::max(peak_, *use);
    ++samples_;
    last_row_ = row;
    last_text_ = text;
}

std::optional<std::string> MemoryTrack::Growth() const {
    if (samples_ < 2 || first_ <= 0) return std::nullopt;
    const bool at_limit = limit_ > 0 && last_ >= 0.8 * limit_;
    const bool grows =
        limit_ <= 0 && samples_ >= 4 && last_ >= 3 * first_ && falls_ * 5 <= samples_ && last_ >= 0.95 * peak_;
    if (!at_limit && !grows) return std::nullopt;
    std::string words = fmt::format("{:.0f} MB → {:.0f} MB in {} samples", first_ / 1e6, last_ / 1e6, samples_);
    if (limit_ > 0) words += fmt::format(", limit {:.0f} MB", limit_ / 1e6);
    return words;
}

}  // namespace dagy::diagnose
