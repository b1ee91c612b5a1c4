#include "lake/utf8.h"

#include <locale.h>

#include <cstdint>
#include <cstring>
#include <cwctype>

namespace dagy::lake {
namespace {

bool IsTail(char byte) {
    return (static_cast<uint8_t>(byte) & 0xC0) == 0x80;
}

// Eight bytes at a time, since nearly all text of logs is ASCII.
size_t AsciiPrefix(std::string_view text) {
    size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        if ((word & 0x8080808080808080ULL) != 0) break;
    }
    while (at < text.size() && static_cast<uint8_t>(text[at]) < 0x80) ++at;
    return at;
}

}  // namespace

size_t Utf8Length(std::string_view text) {
    if (text.empty()) return 0;
    const auto lead = static_cast<uint8_t>(text[0]);
    if (lead < 0x80) return 1;
    const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
    for (size_t i = 1; i < length; ++i)
        if (!IsTail(text[i])) return 0;
    const char32_t letter = DecodeUtf8(text.substr(0, length));
    const bool overlong = (length == 3 && letter < 0x800) || (length == 4 && letter < 0x10000);
    const bool surrogate = letter >= 0xD800 && letter <= 0xDFFF;
    return overlong || surrogate || letter > 0x10FFFF ? 0 : length;
}

char32_t DecodeUtf8(std::string_view text) {
    const auto lead = static_cast<uint8_t>(text[0]);
    if (text.size() == 1) return lead;
    auto letter = static_cast<char32_t>(lead & (0x7F >> text.size()));
    for (size_t i = 1; i < text.size(); ++i) letter = (letter << 6) | (static_cast<uint8_t>(text[i]) & 0x3F);
    return letter;
}

void AppendUtf8(char32_t letter, std::string& out) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((letter >> shift) & 0x3F)); };
    if (letter < 0x80) {
        out += static_cast<char>(letter);
    } else if (letter < 0x800) {
        out += static_cast<char>(0xC0 | (letter >> 6)), tail(0);
    } else if (letter < 0x10000) {
        out += static_cast<char>(0xE0 | (letter >> 12)), tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0 | (letter >> 18)), tail(12), tail(6), tail(0);
    }
}

bool IsWordLetter(char32_t letter) {
    static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (letter < 0x80)
        return letter == '_' || (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
               (letter >= 'A' && letter <= 'Z');
    return kUnicode != nullptr && iswalnum_l(static_cast<wint_t>(letter), kUnicode) != 0;
}

bool IsUtf8(std::string_view text) {
    while (true) {
        text.remove_prefix(AsciiPrefix(text));
        if (text.empty()) return true;
        const size_t length = Utf8Length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
}

std::string RepairUtf8(std::string_view text) {
    std::string repaired;
    repaired.reserve(text.size());
    while (!text.empty()) {
        const size_t length = Utf8Length(text);
        if (length == 0)
            repaired += "\xEF\xBF\xBD";
        else
            repaired += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return repaired;
}

}  // namespace dagy::lake
