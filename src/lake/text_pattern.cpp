#include "lake/text_pattern.h"

#include <locale.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstring>
#include <cwctype>
#include <vector>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lake/utf8.h"

namespace dagy::lake {
namespace {

constexpr size_t kNone = std::string_view::npos;

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

// The bytes of log lines from the most frequent to the rarest, roughly; what is missing is rarer still.
constexpr std::string_view kFrequent = " etaoinsrlcdp0um12f-g:.hy_3b/4v5=k8976w,\"x'()[]jqz{}<>";

size_t Rarity(char c) {
    const size_t at = kFrequent.find(c);
    return at == kNone ? kFrequent.size() : at;
}

bool IsAscii(std::string_view text) {
    size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        if ((word & 0x8080808080808080ULL) != 0) return false;
    }
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                       [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

/// Appends the folded form of what `text` begins with; bytes taken of `text`.
size_t FoldOne(std::string_view text, std::string& folded) {
    if (static_cast<uint8_t>(text[0]) < 0x80) {
        folded += static_cast<char>(FoldByte(text[0]));
        return 1;
    }
    const size_t length = Utf8Length(text);
    if (length == 0) {
        folded += text[0];
        return 1;
    }
    AppendUtf8(FoldLetter(DecodeUtf8(text.substr(0, length))), folded);
    return length;
}

[[maybe_unused]] bool IsLetter(char c) {
    return c >= 'a' && c <= 'z';
}

}  // namespace

std::string FoldCase(std::string_view text) {
    std::string folded;
    FoldCase(text, folded);
    return folded;
}

void FoldCase(std::string_view text, std::string& folded) {
    folded.clear();
    folded.reserve(text.size());
    while (!text.empty()) text.remove_prefix(FoldOne(text, folded));
}

TextPattern::TextPattern(std::string_view keyword)
    : folded_(FoldCase(keyword)), ascii_(IsAscii(keyword)), folded_ascii_(IsAscii(folded_)) {
    for (size_t i = 1; i < folded_.size(); ++i)
        if (Rarity(folded_[i]) > Rarity(folded_[rare_])) rare_ = i;
    second_ = folded_.size() > 1 && rare_ == 0 ? 1 : 0;
    for (size_t i = 0; i < folded_.size(); ++i)
        if (i != rare_ && Rarity(folded_[i]) > Rarity(folded_[second_])) second_ = i;
}

TextPattern TextPattern::OfFolded(std::string_view folded) {
    TextPattern pattern(folded);
    pattern.ascii_ = false;
    return pattern;
}

bool TextPattern::In(std::string_view text) const {
    if (folded_.empty()) return true;
    if (ascii_) return FindAscii(text, 0) != kNone;
    if (IsAscii(text)) return folded_ascii_ && FindAscii(text, 0) != kNone;
    return FoldCase(text).contains(folded_);
}

std::optional<Place> TextPattern::Find(std::string_view text, size_t from) const {
    if (from > text.size()) return std::nullopt;
    if (folded_.empty()) return Place{from, 0};
    if (!ascii_ && !IsAscii(text)) return FindFolded(text, from);
    const size_t at = ascii_ || folded_ascii_ ? FindAscii(text, from) : kNone;
    return at == kNone ? std::nullopt : std::optional(Place{at, folded_.size()});
}

// A letter may have another length than its folded form: `starts` says where in the text each folded byte came from.
std::optional<Place> TextPattern::FindFolded(std::string_view text, size_t from) const {
    std::string folded;
    std::vector<size_t> starts;
    for (size_t at = from; at < text.size();) {
        const size_t taken = FoldOne(text.substr(at), folded);
        starts.resize(folded.size(), at);
        at += taken;
    }
    const size_t at = folded.find(folded_);
    if (at == kNone) return std::nullopt;
    size_t end = at + folded_.size();
    while (end < starts.size() && starts[end] == starts[end - 1]) ++end;  // a pattern may end inside a letter
    return Place{starts[at], (end < starts.size() ? starts[end] : text.size()) - starts[at]};
}

bool TextPattern::EqualAt(const char* text) const {
    for (size_t i = 0; i < folded_.size(); ++i)
        if (FoldByte(text[i]) != static_cast<uint8_t>(folded_[i])) return false;
    return true;
}

#ifdef __SSE2__
// Looks at sixteen places at once for the pattern's two rarest bytes. Bit 0x20 is all that tells the cases of a letter
// apart; the few other bytes that it makes equal fail in EqualAt. The last sixteen are looked at together too, however
// many of them have been before.
size_t TextPattern::FindAscii(std::string_view text, size_t from) const {
    if (folded_.size() > text.size()) return kNone;
    const size_t end = text.size() - folded_.size() + 1;  // one behind the last place
    if (end < from + 16) return FindShort(text, from, end);
    const char a = folded_[rare_];
    const char b = folded_[second_];
    const __m128i wanted_a = _mm_set1_epi8(a), wanted_b = _mm_set1_epi8(b);
    const __m128i case_a = _mm_set1_epi8(IsLetter(a) ? 0x20 : 0), case_b = _mm_set1_epi8(IsLetter(b) ? 0x20 : 0);
    for (size_t at = from;; at = std::min(at + 16, end - 16)) {
        const char* here = text.data() + at;
        const __m128i seen_a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(here + rare_));
        const __m128i seen_b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(here + second_));
        const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(_mm_or_si128(seen_a, case_a), wanted_a),
                                           _mm_cmpeq_epi8(_mm_or_si128(seen_b, case_b), wanted_b));
        for (auto mask = static_cast<uint32_t>(_mm_movemask_epi8(both)); mask != 0; mask &= mask - 1) {
            const auto i = static_cast<size_t>(__builtin_ctz(mask));
            if (EqualAt(here + i)) return at + i;
        }
        if (at == end - 16) return kNone;
    }
}
#else
size_t TextPattern::FindAscii(std::string_view text, size_t from) const {
    return folded_.size() > text.size() ? kNone : FindShort(text, from, text.size() - folded_.size() + 1);
}
#endif

size_t TextPattern::FindShort(std::string_view text, size_t from, size_t end) const {
    const auto rare = static_cast<uint8_t>(folded_[rare_]);
    for (size_t at = from; at < end; ++at)
        if (FoldByte(text[at + rare_]) == rare && EqualAt(text.data() + at)) return at;
    return kNone;
}

}  // namespace dagy::lake
