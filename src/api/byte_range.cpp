#include "api/byte_range.h"

#include <algorithm>
#include <charconv>

namespace dagy::api {
namespace {

/// Nothing for an empty text, -1 for one that is no number.
std::optional<int64_t> Number(std::string_view text) {
    if (text.empty()) return std::nullopt;
    int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc::result_out_of_range && text.find_first_not_of("0123456789") == std::string_view::npos)
        return INT64_MAX;
    return failed == std::errc{} && end == text.data() + text.size() && text.front() != '-' ? number : -1;
}

}  // namespace

RangeFit FitRange(std::optional<std::string_view> header, int64_t bytes, ByteRange& range) {
    constexpr std::string_view kUnit = "bytes=";
    if (!header || !header->starts_with(kUnit)) return RangeFit::kWhole;
    const std::string_view wanted = header->substr(kUnit.size());
    const size_t dash = wanted.find('-');
    if (dash == std::string_view::npos || wanted.contains(',')) return RangeFit::kWhole;
    const auto first = Number(wanted.substr(0, dash)), last = Number(wanted.substr(dash + 1));
    if (first == -1 || last == -1 || (!first && !last) || (first && last && *last < *first)) return RangeFit::kWhole;
    if (!first) {  // the last so many
        range = {.first = std::max<int64_t>(0, bytes - *last), .count = std::min(bytes, *last)};
    } else {
        if (*first >= bytes) return RangeFit::kNone;
        range = {.first = *first, .count = std::min(last.value_or(bytes - 1), bytes - 1) - *first + 1};
    }
    return range.count > 0 ? RangeFit::kPart : RangeFit::kNone;
}

}  // namespace dagy::api
