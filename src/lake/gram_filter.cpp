#include "lake/gram_filter.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lake/text_pattern.h"

namespace dagy::lake {
namespace {

constexpr size_t kGram = 7;
constexpr size_t kWindow = 6;
constexpr size_t kLongMin = kGram + kWindow - 1;  // the shortest substring that has a whole window
constexpr size_t kLongsMax = size_t{1} << 21;     // of one block; more are not worth their memory
constexpr uint32_t kNumberDigits = 4, kNoNumber = 1U << 31;
constexpr size_t kRecent = 4096;
constexpr size_t kSlotsKept = 65536;

constexpr double kBitsAShort = 4;
constexpr double kBitsALong = 12;
constexpr double kShortShare = 0.6;  // of the bytes, where they do not suffice

constexpr uint8_t kVersion = 3;

struct Head {
    uint64_t check = 0;  // of all that follows, and the seal
    uint8_t version = kVersion;
    uint8_t long_hashes = 0;
    uint16_t unused = 0;
    uint32_t short_bits = 0;
    uint32_t long_bits = 0;
    uint32_t unused_too = 0;
};
static_assert(sizeof(Head) == 24);

uint64_t Mix(uint64_t value) {
    value = (value ^ (value >> 32)) * 0xD6E8FEB86659FD93ULL;
    value = (value ^ (value >> 32)) * 0xD6E8FEB86659FD93ULL;
    return value ^ (value >> 32);
}

uint32_t Place32(uint64_t hash, uint32_t bits) {
    return static_cast<uint32_t>(((hash & 0xFFFFFFFFU) * bits) >> 32);
}

uint64_t CheckOf(std::string_view bytes, uint64_t seal) {
    uint64_t check = Mix(seal ^ bytes.size());
    size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, 8);
        check = (check ^ word) * 0x9E3779B97F4A7C15ULL;
        check ^= check >> 29;
    }
    uint64_t rest = 0;
    if (at < bytes.size()) std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
    return Mix(check ^ rest);
}

// Grams of different lengths are different.
uint32_t ShortGram(const char* at, size_t length) {
    uint32_t gram = static_cast<uint32_t>(length) << 24;
    for (size_t i = 0; i < length; ++i) gram |= static_cast<uint32_t>(static_cast<uint8_t>(at[i])) << (8 * i);
    return gram;
}

uint32_t LongHash(const char* at) {
    uint64_t word = 0;
    std::memcpy(&word, at, kGram);
    return static_cast<uint32_t>((word * 0x9E3779B97F4A7C15ULL) >> 32) ^ static_cast<uint32_t>(word >> 24);
}

/// Turns the hashes of neighbouring grams into the least ones of each window; their number.
size_t LeastOfWindows(std::vector<uint32_t>& hashes) {
    if (hashes.size() < kWindow) return 0;
    static_assert(kWindow == 6);
    size_t count = hashes.size();
    const auto fold = [&](size_t step) {
        count -= step;
        for (size_t i = 0; i < count; ++i) hashes[i] = std::min(hashes[i], hashes[i + step]);
    };
    fold(1), fold(2), fold(2);  // windows of 2, 4 and 6
    return count;
}

// Of neighbours, one that is mostly a number counts as less than any that is not: numbers are what tells lines of one
// kind apart, and the words around them are in every block. Finer ranks would take more grams and so tell less.
size_t LongHashes(std::string_view folded, std::vector<uint32_t>& hashes) {
    if (folded.size() < kLongMin) return 0;
    hashes.resize(folded.size() - kGram + 1);
    const auto digit = [&](size_t at) { return static_cast<uint8_t>(folded[at] - '0') < 10 ? 1U : 0U; };
    uint32_t digits = 0;
    for (size_t i = 0; i + 1 < kGram; ++i) digits += digit(i);
    for (size_t i = 0; i < hashes.size(); ++i) {
        digits += digit(i + kGram - 1);
        hashes[i] = (digits >= kNumberDigits ? 0 : kNoNumber) | LongHash(folded.data() + i) >> 1;
        digits -= digit(i);
    }
    return LeastOfWindows(hashes);
}

// The places of a long gram are steps of one hash: a second one would cost more than it tells.
template <class Visit>
void EachLongPlace(uint32_t gram, uint32_t bits, uint32_t hashes, const Visit& visit) {
    const uint64_t hash = Mix(gram + 1ULL);
    uint64_t place = hash & 0xFFFFFFFFU;
    for (uint32_t i = 0; i < hashes; ++i, place += hash >> 32)
        if (!visit(Place32(place, bits))) return;
}

bool Has(const char* bits, uint32_t place) {
    return (static_cast<uint8_t>(bits[place / 8]) >> (place % 8) & 1) != 0;
}
void Set(char* bits, uint32_t place) {
    bits[place / 8] = static_cast<char>(static_cast<uint8_t>(bits[place / 8]) | (1U << (place % 8)));
}

uint32_t Bits(double wished, double most) {
    const double bits = std::max(64.0, std::min(wished, most));
    return (static_cast<uint32_t>(std::min(bits, 2e9)) + 63) / 64 * 64;
}

}  // namespace

GramQuery::GramQuery(std::string_view folded) {
    if (folded.size() == 1 || folded.size() == 2) shorts_.push_back(ShortGram(folded.data(), folded.size()));
    for (size_t i = 0; i + 3 <= folded.size(); ++i) shorts_.push_back(ShortGram(folded.data() + i, 3));
    longs_.resize(LongHashes(folded, longs_));
    for (std::vector<uint32_t>* grams : {&shorts_, &longs_}) {
        std::sort(grams->begin(), grams->end());
        grams->erase(std::unique(grams->begin(), grams->end()), grams->end());
    }
}

void GramSet::Insert(uint32_t gram) {
    if (gram == 0) {
        has_zero_ = true;
        return;
    }
    if (2 * size_ >= slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    size_t at = Mix(gram) & mask;
    while (slots_[at] != 0) {
        if (slots_[at] == gram) return;
        at = (at + 1) & mask;
    }
    slots_[at] = gram;
    ++size_;
}

void GramSet::Grow() {
    std::vector<uint32_t> former(std::max<size_t>(1024, 2 * slots_.size()));
    former.swap(slots_);
    size_ = 0;
    for (const uint32_t gram : former)
        if (gram != 0) Insert(gram);
}

void GramSet::Clear() {
    if (slots_.size() > kSlotsKept && slots_.size() > 16 * size_) slots_ = {};  // small blocks need not clear so much
    std::fill(slots_.begin(), slots_.end(), 0);
    size_ = 0;
    has_zero_ = false;
}

void GramFilterBuilder::Add(std::string_view text) {
    FoldCase(text, folded_);
    AddShorts();
    AddLongs();
}

// Every gram within three bytes is a part of the one of three that begins there, but at the end of the text.
void GramFilterBuilder::AddShorts() {
    recent_.resize(kRecent);
    const auto add = [&](uint32_t gram) {
        uint32_t& recent = recent_[(gram * 0x9E3779B1U) >> 20];
        if (recent == gram) return false;
        recent = gram;
        shorts_.Insert(gram);
        return true;
    };
    const size_t size = folded_.size();
    for (size_t i = 0; i < size; ++i) {
        const char* at = folded_.data() + i;
        if (i + 3 <= size && !add(ShortGram(at, 3))) continue;
        if (i + 2 <= size) add(ShortGram(at, 2));
        add(ShortGram(at, 1));
    }
}

void GramFilterBuilder::AddLongs() {
    if (too_many_) return;
    const size_t count = LongHashes(folded_, hashes_);
    for (size_t i = 0; i < count; ++i)
        if (i == 0 || hashes_[i] != hashes_[i - 1]) longs_.Insert(hashes_[i]);
    too_many_ = longs_.size() > kLongsMax;
}

std::string GramFilterBuilder::Finish(size_t bytes_max, uint64_t seal) {
    const double most = static_cast<double>(std::max<size_t>(bytes_max, 64) - sizeof(Head)) * 8;
    const double shorts = kBitsAShort * static_cast<double>(shorts_.size());
    const double longs = too_many_ ? 0 : kBitsALong * static_cast<double>(longs_.size());
    const double short_share = longs == 0 ? most : std::max(most * kShortShare, most - longs);
    Head head;
    head.short_bits = Bits(shorts, short_share);
    head.long_bits = longs == 0 ? 0 : Bits(longs, most - head.short_bits);
    const double bits_each = head.long_bits / std::max(1.0, static_cast<double>(longs_.size()));
    head.long_hashes = static_cast<uint8_t>(std::clamp(std::lround(bits_each * 0.69), 1L, 4L));

    std::string bytes(sizeof(Head) + head.short_bits / 8 + head.long_bits / 8, '\0');
    char* bits = bytes.data() + sizeof(Head);
    shorts_.Each([&](uint32_t gram) { Set(bits, Place32(Mix(gram), head.short_bits)); });
    bits += head.short_bits / 8;
    if (head.long_bits > 0)
        longs_.Each([&](uint32_t gram) {
            EachLongPlace(gram, head.long_bits, head.long_hashes, [&](uint32_t place) {
                Set(bits, place);
                return true;
            });
        });
    std::memcpy(bytes.data(), &head, sizeof(Head));
    head.check = CheckOf(std::string_view(bytes).substr(sizeof(head.check)), seal);
    std::memcpy(bytes.data(), &head, sizeof(Head));

    shorts_.Clear();
    longs_.Clear();
    recent_.assign(kRecent, 0);
    too_many_ = false;
    return bytes;
}

std::optional<GramFilter> GramFilter::Open(std::string_view bytes, uint64_t seal) {
    Head head;
    if (bytes.size() < sizeof(Head)) return std::nullopt;
    std::memcpy(&head, bytes.data(), sizeof(Head));
    const size_t expected = sizeof(Head) + size_t{head.short_bits} / 8 + size_t{head.long_bits} / 8;
    if (head.version != kVersion || bytes.size() != expected ||
        head.check != CheckOf(bytes.substr(sizeof(head.check)), seal))
        return std::nullopt;
    return GramFilter(bytes);
}

GramFilter::GramFilter(std::string_view good_bytes) {
    Head head;
    std::memcpy(&head, good_bytes.data(), sizeof(Head));
    shorts_ = good_bytes.data() + sizeof(Head);
    longs_ = shorts_ + head.short_bits / 8;
    short_bits_ = head.short_bits;
    long_bits_ = head.long_bits;
    long_hashes_ = head.long_hashes;
}

bool GramFilter::MayContain(const GramQuery& query) const {
    const auto has_long = [&](uint32_t gram) {
        bool has = true;
        EachLongPlace(gram, long_bits_, long_hashes_, [&](uint32_t place) { return has = Has(longs_, place); });
        return has;
    };
    return (long_bits_ == 0 || std::all_of(query.longs_.begin(), query.longs_.end(), has_long)) &&
           std::all_of(query.shorts_.begin(), query.shorts_.end(),
                       [&](uint32_t gram) { return Has(shorts_, Place32(Mix(gram), short_bits_)); });
}

uint64_t SealOf(std::string_view sha256, int64_t first_row, int64_t rows) {
    return CheckOf(sha256, Mix(static_cast<uint64_t>(first_row)) + static_cast<uint64_t>(rows));
}

}  // namespace dagy::lake
