#include "ingest/utf8.h"

#include <simdjson.h>

namespace dagy::ingest {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of a sequence by its first byte, and which second bytes it allows (Unicode, table 3-7).
struct Lead {
    size_t length = 0;  ///< 0: no sequence starts so
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

Lead LeadOf(unsigned char c) {
    if (c < 0x80) return {1};
    if (c >= 0xC2 && c <= 0xDF) return {2};
    if (c == 0xE0) return {3, 0xA0, 0xBF};
    if (c == 0xED) return {3, 0x80, 0x9F};
    if (c >= 0xE1 && c <= 0xEF) return {3};
    if (c == 0xF0) return {4, 0x90, 0xBF};
    if (c >= 0xF1 && c <= 0xF3) return {4};
    if (c == 0xF4) return {4, 0x80, 0x8F};
    return {0};
}

/// How many bytes from `at` belong together, and whether they are a character.
std::pair<size_t, bool> Part(std::string_view bytes, size_t at) {
    const Lead lead = LeadOf(static_cast<unsigned char>(bytes[at]));
    if (lead.length == 0) return {1, false};
    for (size_t i = 1; i < lead.length; ++i) {
        if (at + i == bytes.size()) return {i, false};
        const auto c = static_cast<unsigned char>(bytes[at + i]);
        const bool good = i == 1 ? c >= lead.low && c <= lead.high : c >= 0x80 && c <= 0xBF;
        if (!good) return {i, false};
    }
    return {lead.length, true};
}

}  // namespace

std::string_view ValidUtf8(std::string_view bytes, std::string& scratch) {
    if (simdjson::validate_utf8(bytes.data(), bytes.size())) return bytes;
    scratch.clear();
    scratch.reserve(bytes.size() + 16);
    for (size_t at = 0; at < bytes.size();) {
        const auto [length, good] = Part(bytes, at);
        scratch.append(good ? bytes.substr(at, length) : kReplacement);
        at += length;
    }
    return scratch;
}

std::string_view Utf8Front(std::string_view text, size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

}  // namespace dagy::ingest
