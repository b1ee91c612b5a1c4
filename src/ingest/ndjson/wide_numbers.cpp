#include "ingest/ndjson/wide_numbers.h"

namespace dagy::ingest::ndjson {
namespace {

constexpr size_t kSafeBytes = 16;  // of a number with a fraction: 15 digits, which doubles always tell apart
constexpr size_t kWholeBytes = 18;

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

/// The bytes at `at` that can be of one number.
std::string_view NumberAt(std::string_view text, size_t at) {
    size_t end = at;
    while (end < text.size() && (IsDigit(text[end]) || std::string_view("+-.eE").contains(text[end]))) ++end;
    return text.substr(at, end - at);
}

bool HasPower(std::string_view number) {
    return number.find_first_of("eE") != std::string_view::npos;
}

}  // namespace

bool MayLoseDigits(std::string_view text) {
    for (size_t at = 0; at < text.size(); ++at) {
        if (!IsDigit(text[at])) continue;
        const std::string_view number = NumberAt(text, at);
        if (number.size() > kSafeBytes || HasPower(number)) return true;
        at += number.size();
    }
    return false;
}

std::string QuoteWideNumbers(std::string_view text) {
    std::string quoted;
    bool inside = false;
    for (size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (inside && c == '\\' && at + 1 < text.size()) {
            quoted.append(text, at++, 2);
            continue;
        }
        if (c == '"') inside = !inside;
        const std::string_view number = !inside && (IsDigit(c) || c == '-') ? NumberAt(text, at) : std::string_view();
        if (number.size() > kWholeBytes || HasPower(number)) {
            quoted.append("\"").append(number).append("\"");
            at += number.size() - 1;
        } else {
            quoted += c;
        }
    }
    return quoted;
}

}  // namespace dagy::ingest::ndjson
