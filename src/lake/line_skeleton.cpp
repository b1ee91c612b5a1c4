#include "lake/line_skeleton.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace dagy::lake {
namespace {

struct BlockBits {
    uint64_t ends = 0, digits = 0, equals = 0;
};

/// By the table of line_bytes.h.
inline BlockBits BitsByTable(const char* block) {
    BlockBits bits;
    for (int i = 0; i < 64; ++i) {
        const uint8_t kind = KindOf(block[i]);
        bits.ends |= static_cast<uint64_t>((kind & (kBlank | kMark)) != 0) << i;
        bits.digits |= static_cast<uint64_t>(kind == kDigit) << i;
        bits.equals |= static_cast<uint64_t>(block[i] == '=') << i;
    }
    return bits;
}

#ifdef __x86_64__

/// The same table for a shuffle, thirty-two bytes at once: a byte is of a class if its upper and its lower half both
/// say so. Classes are bytes of one upper half and one kind; the sign bit is `=`.
struct Halves {
    static constexpr uint8_t kEnds = 0x1f, kDigits = 0x60, kEquals = 0x80;

    alignas(16) std::array<uint8_t, 16> upper{}, lower{};

    constexpr Halves() {
        Put(0x01, "\t\n\v\f\r");
        Put(0x02, " \"'(),");
        Put(0x04, ":;<=>");
        Put(0x08, "[]");
        Put(0x10, "{|}");
        Put(0x20, "0123456789");
        Put(0x40, "*");
        Put(kEquals, "=");
    }
    constexpr void Put(uint8_t bit, std::string_view bytes) {
        for (const char c : bytes) {
            upper[static_cast<uint8_t>(c) >> 4] |= bit;
            lower[static_cast<uint8_t>(c) & 15] |= bit;
        }
    }
};
constexpr Halves kHalves;

#define DAGY_AVX2 __attribute__((target("avx2")))

DAGY_AVX2 inline __m256i Twice(const std::array<uint8_t, 16>& table) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
}

DAGY_AVX2 inline uint64_t BitsOf(__m256i classes, uint8_t some) {
    const __m256i wanted = _mm256_and_si256(classes, _mm256_set1_epi8(static_cast<char>(some)));
    return ~static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(wanted, _mm256_setzero_si256())));
}

DAGY_AVX2 inline BlockBits BitsByShuffle(const char* block) {
    BlockBits bits;
    for (int part = 0; part < 64; part += 32) {
        const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(block + part));
        const __m256i upper_half = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
        // A shuffle gives 0 for an index with the sign bit: bytes beyond ASCII are of no class.
        const __m256i classes = _mm256_and_si256(_mm256_shuffle_epi8(Twice(kHalves.lower), bytes),
                                                 _mm256_shuffle_epi8(Twice(kHalves.upper), upper_half));
        bits.ends |= BitsOf(classes, Halves::kEnds) << part;
        bits.digits |= BitsOf(classes, Halves::kDigits) << part;
        bits.equals |= BitsOf(classes, Halves::kEquals) << part;
    }
    return bits;
}

#endif

template <BlockBits (*kBitsOf)(const char*)>
[[gnu::always_inline]] inline void ClassifyBy(const char* in, size_t blocks, uint64_t* ends, uint64_t* values) {
    uint64_t after_equals = 0;
    for (size_t block = 0; block < blocks; ++block) {
        const BlockBits bits = kBitsOf(in + block * 64);
        ends[block] = bits.ends;
        values[block] = (bits.digits | bits.equals << 1 | after_equals) & ~bits.ends;
        after_equals = bits.equals >> 63;
    }
}

void ClassifyByTable(const char* in, size_t blocks, uint64_t* ends, uint64_t* values) {
    ClassifyBy<BitsByTable>(in, blocks, ends, values);
}

#ifdef __x86_64__
DAGY_AVX2 void ClassifyByShuffle(const char* in, size_t blocks, uint64_t* ends, uint64_t* values) {
    ClassifyBy<BitsByShuffle>(in, blocks, ends, values);
}
const auto kClassify = __builtin_cpu_supports("avx2") ? ClassifyByShuffle : ClassifyByTable;
#else
constexpr auto kClassify = ClassifyByTable;
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
    kClassify(in_.data(), blocks, ends_.data(), values_.data());
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
