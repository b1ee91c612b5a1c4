/// What the bytes of a log line are to its template.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dagy::lake {

/// Of a longer line the rest does not count.
inline constexpr size_t kLineBytesMax = 4096;

/// Blanks and marks end words; one bit each, so that the kinds of a word's bytes can be gathered.
enum ByteKind : uint8_t {
    kBlank = 1,
    kMark = 2,
    kDigit = 4,
    kHexLetter = 8,
    kLetter = 16,
    kSlash = 32,
    kDot = 64,
    kOtherByte = 128
};

constexpr std::array<uint8_t, 256> MakeByteKinds() {
    std::array<uint8_t, 256> kinds{};
    kinds.fill(kOtherByte);
    for (const char c : std::string_view(" \t\r\n\v\f")) kinds[static_cast<unsigned char>(c)] = kBlank;
    for (const char c : std::string_view("=:,()[]{}\"'|;<>")) kinds[static_cast<unsigned char>(c)] = kMark;
    for (char c = '0'; c <= '9'; ++c) kinds[static_cast<unsigned char>(c)] = kDigit;
    for (char c = 'a'; c <= 'z'; ++c) kinds[static_cast<unsigned char>(c)] = c <= 'f' ? kHexLetter : kLetter;
    for (char c = 'A'; c <= 'Z'; ++c) kinds[static_cast<unsigned char>(c)] = kLetter;
    kinds[static_cast<unsigned char>('/')] = kSlash;
    kinds[static_cast<unsigned char>('.')] = kDot;
    // A star is what an earlier reader left in place of a value.
    kinds[static_cast<unsigned char>('*')] = kDigit;
    return kinds;
}

inline constexpr std::array<uint8_t, 256> kByteKinds = MakeByteKinds();

constexpr uint8_t KindOf(char c) {
    return kByteKinds[static_cast<unsigned char>(c)];
}

}  // namespace dagy::lake
