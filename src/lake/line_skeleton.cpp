#include "lake/line_skeleton.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace dagy::lake {
namespace {

struct BlockBits {
    uint64_t ends = 0, digits = 0, equals = 0;
};

#ifdef __SSE2__

__m128i Is(__m128i bytes, char c) {
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

__m128i IsBetween(__m128i bytes, char first, char last) {
    const __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(static_cast<char>(last - first))), above);
}

uint64_t Bits(__m128i wide) {
    return static_cast<uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(wide)));
}

/// The table of line_bytes.h as ranges of bytes, sixteen at once; the test compares them byte by byte.
BlockBits BitsOf(const char* block) {
    BlockBits bits;
    for (int part = 0; part < 4; ++part) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + part * 16));
        const __m128i equals = Is(bytes, '=');
        const __m128i blank = _mm_or_si128(Is(bytes, ' '), IsBetween(bytes, '\t', '\r'));
        const __m128i quote = _mm_or_si128(IsBetween(bytes, '\'', ')'), _mm_or_si128(Is(bytes, '"'), Is(bytes, ',')));
        const __m128i bracket = _mm_or_si128(IsBetween(bytes, '{', '}'), _mm_or_si128(Is(bytes, '['), Is(bytes, ']')));
        const __m128i mark = _mm_or_si128(IsBetween(bytes, ':', '>'), _mm_or_si128(quote, bracket));
        const __m128i digit = _mm_or_si128(IsBetween(bytes, '0', '9'), Is(bytes, '*'));
        bits.ends |= Bits(_mm_or_si128(blank, mark)) << (part * 16);
        bits.digits |= Bits(digit) << (part * 16);
        bits.equals |= Bits(equals) << (part * 16);
    }
    return bits;
}

#else

BlockBits BitsOf(const char* block) {
    BlockBits bits;
    for (int i = 0; i < 64; ++i) {
        const uint8_t kind = KindOf(block[i]);
        bits.ends |= static_cast<uint64_t>((kind & (kBlank | kMark)) != 0) << i;
        bits.digits |= static_cast<uint64_t>(kind == kDigit) << i;
        bits.equals |= static_cast<uint64_t>(block[i] == '=') << i;
    }
    return bits;
}

#endif

/// Most pieces between two values are short: a fixed-size move is cheaper than a call. Both sides have slack.
char* Append(char* out, const char* from, size_t size) {
    static_assert(LineSkeleton::kSlack >= 16);
    if (size <= 16)
        std::memcpy(out, from, 16);
    else
        std::memcpy(out, from, size);
    return out + size;
}

uint64_t Load(const char* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

uint64_t Mix(uint64_t a, uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace

uint64_t QuickHash(std::string_view text) {
    // Multiply and fold, sixteen bytes a step; constants with about half of their bits set.
    constexpr uint64_t kA = 0x9e3779b97f4a7c15ULL, kB = 0xd6e8feb86659fd93ULL;
    uint64_t hash = text.size() * kB;
    const char* at = text.data();
    size_t left = text.size();
    for (; left >= 16; at += 16, left -= 16) hash = Mix(Load(at) ^ kA ^ hash, Load(at + 8) ^ kB);
    if (left > 0) {
        const uint64_t keep_low = left >= 8 ? ~0ULL : ~0ULL >> (64 - 8 * left);
        const uint64_t keep_high = left <= 8 ? 0 : ~0ULL >> (64 - 8 * (left - 8));
        hash = Mix((Load(at) & keep_low) ^ kA ^ hash, (Load(at + 8) & keep_high) ^ kB);
    }
    return hash;
}

/// Fills in_, ends_ and values_; returns the number of blocks.
size_t LineSkeleton::Classify(std::string_view line) {
    if (!line.empty()) std::memcpy(in_.data(), line.data(), line.size());
    std::memset(in_.data() + line.size(), ' ', kBlockBytes);
    const size_t blocks = (line.size() + kBlockBytes - 1) / kBlockBytes;
    uint64_t after_equals = 0;
    for (size_t block = 0; block < blocks; ++block) {
        const BlockBits bits = BitsOf(in_.data() + block * kBlockBytes);
        ends_[block] = bits.ends;
        values_[block] = (bits.digits | bits.equals << 1 | after_equals) & ~bits.ends;
        after_equals = bits.equals >> 63;
    }
    ends_[blocks] = ~0ULL;
    return blocks;
}

size_t LineSkeleton::WordBegin(size_t at) const {
    size_t block = at / kBlockBytes;
    uint64_t before = ends_[block] & ((1ULL << (at % kBlockBytes)) - 1);
    while (before == 0) {
        if (block == 0) return 0;
        before = ends_[--block];
    }
    return block * kBlockBytes + static_cast<size_t>(std::bit_width(before));
}

size_t LineSkeleton::WordEnd(size_t at) const {
    size_t block = at / kBlockBytes;
    uint64_t after = ends_[block] & (~0ULL << (at % kBlockBytes));
    while (after == 0) after = ends_[++block];
    return block * kBlockBytes + static_cast<size_t>(std::countr_zero(after));
}

std::string_view LineSkeleton::Of(std::string_view line) {
    line = line.substr(0, kLineBytesMax);
    const size_t blocks = Classify(line);
    char* out = out_.data();
    size_t done = 0;
    for (size_t block = 0; block < blocks; ++block) {
        uint64_t values = values_[block];
        while (values != 0) {
            const size_t at = block * kBlockBytes + static_cast<size_t>(std::countr_zero(values));
            if (at < done) {  // the word began in an earlier block
                values &= values - 1;
                continue;
            }
            out = Append(out, in_.data() + done, WordBegin(at) - done);
            *out++ = '0';
            done = WordEnd(at);
            values &= done / kBlockBytes > block ? 0 : ~0ULL << (done % kBlockBytes);
        }
    }
    out = Append(out, in_.data() + done, line.size() - done);
    return {out_.data(), static_cast<size_t>(out - out_.data())};
}

}  // namespace dagy::lake
