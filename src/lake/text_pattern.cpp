#include "lake/text_pattern.h"

#include <locale.h>

#include <algorithm>
#include <clocale>
#include <cwctype>

#include "lake/utf8.h"

namespace dagy::lake {
namespace {

constexpr std::array<uint8_t, 256> MakeAsciiFold() {
    std::array<uint8_t, 256> fold{};
    for (size_t i = 0; i < fold.size(); ++i) fold[i] = static_cast<uint8_t>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    return fold;
}
constexpr std::array<uint8_t, 256> kAsciiFold = MakeAsciiFold();

uint8_t FoldByte(char c) {
    return kAsciiFold[static_cast<uint8_t>(c)];
}

// Up and down again, so that letters with several lower forms (σ and ς, s and ſ) become one. glibc carries the table;
// the locale that holds it is there on every Debian, and where it is not, ASCII is still folded.
char32_t FoldLetter(char32_t letter) {
    static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (letter < 0x80) return kAsciiFold[static_cast<uint8_t>(letter)];
    if (kUnicode == nullptr) return letter;
    return static_cast<char32_t>(towlower_l(towupper_l(static_cast<wint_t>(letter), kUnicode), kUnicode));
}

}  // namespace

std::string FoldCase(std::string_view text) {
    std::string folded;
    folded.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        if (static_cast<uint8_t>(text[at]) < 0x80) {
            folded += static_cast<char>(FoldByte(text[at++]));
            continue;
        }
        const size_t length = Utf8Length(text.substr(at));
        if (length == 0)
            folded += text[at++];
        else
            AppendUtf8(FoldLetter(DecodeUtf8(text.substr(at, length))), folded), at += length;
    }
    return folded;
}

TextPattern::TextPattern(std::string_view keyword) : folded_(FoldCase(keyword)) {
    ascii_ = std::all_of(keyword.begin(), keyword.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
    const size_t longest = std::min<size_t>(folded_.size(), 255);
    skip_.fill(static_cast<uint8_t>(longest));
    for (size_t i = folded_.size() - longest; i + 1 < folded_.size(); ++i)
        skip_[static_cast<uint8_t>(folded_[i])] = static_cast<uint8_t>(folded_.size() - 1 - i);
}

bool TextPattern::In(std::string_view text) const {
    if (folded_.empty()) return true;
    return ascii_ ? InAscii(text) : FoldCase(text).find(folded_) != std::string::npos;
}

bool TextPattern::InAscii(std::string_view text) const {
    const size_t length = folded_.size();
    for (size_t at = 0; at + length <= text.size();) {
        const uint8_t last = FoldByte(text[at + length - 1]);
        if (last == static_cast<uint8_t>(folded_[length - 1])) {
            size_t i = 0;
            while (i + 1 < length && FoldByte(text[at + i]) == static_cast<uint8_t>(folded_[i])) ++i;
            if (i + 1 == length) return true;
        }
        at += skip_[last];
    }
    return false;
}

}  // namespace dagy::lake
