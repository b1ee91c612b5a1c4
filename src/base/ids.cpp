#include "base/ids.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <vector>

#include "base/error.h"

namespace dagy {
namespace {

void FillRandom(unsigned char* out, size_t size) {
    if (RAND_bytes(out, static_cast<int>(size)) != 1) throw Error(ErrorCode::kInternal, "no randomness to be had");
}

}  // namespace

std::string NewId(std::string_view prefix, Time now) {
    const auto millis = static_cast<uint64_t>(ToMicros(now) / 1000);
    std::array<unsigned char, 10> tail{};
    FillRandom(tail.data(), tail.size());
    tail[0] = static_cast<unsigned char>(0x70 | (tail[0] & 0x0f));  // version 7
    tail[2] = static_cast<unsigned char>(0x80 | (tail[2] & 0x3f));  // RFC 9562 variant
    std::string id = fmt::format("{}{:012x}", prefix, millis & 0xffffffffffffULL);
    for (const unsigned char byte : tail) fmt::format_to(std::back_inserter(id), "{:02x}", byte);
    return id;
}

std::string RandomHex(size_t bytes) {
    std::vector<unsigned char> raw(bytes);
    FillRandom(raw.data(), raw.size());
    std::string text;
    for (const unsigned char byte : raw) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    return text;
}

}  // namespace dagy
