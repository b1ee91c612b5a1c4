#include "lake/tar_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace dagy::lake {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kNameMax = 100;

// Field places are those of POSIX.1-1988 ustar.
std::string Block(std::string_view name, int64_t bytes, Time modified, char type) {
    std::string head(kBlock, '\0');
    const auto put = [&](size_t at, std::string_view text) {
        std::ranges::copy(text, head.begin() + static_cast<std::ptrdiff_t>(at));
    };
    put(0, name.substr(0, kNameMax));
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    put(124, fmt::format("{:011o}", bytes));
    put(136, fmt::format("{:011o}", std::max<int64_t>(0, ToMicros(modified) / 1'000'000)));
    put(148, "        ");  // the checksum counts itself as spaces
    head[156] = type;
    put(257, std::string_view("ustar\0"
                              "00",
                              8));
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    put(148, fmt::format("{:06o}", sum));
    head[154] = '\0';
    return head;
}

}  // namespace

std::string TarHead(std::string_view name, int64_t bytes, Time modified) {
    std::string head;
    if (name.size() > kNameMax) {
        const auto length = static_cast<int64_t>(name.size() + 1);
        head = Block("././@LongLink", length, Time{}, 'L');
        head.append(name).push_back('\0');
        head += TarPadding(length);
    }
    return head + Block(name, bytes, modified, '0');
}

std::string TarPadding(int64_t bytes) {
    const size_t over = static_cast<size_t>(bytes) % kBlock;
    return std::string(over == 0 ? 0 : kBlock - over, '\0');
}

std::string TarEnd() {
    return std::string(2 * kBlock, '\0');
}

}  // namespace dagy::lake
