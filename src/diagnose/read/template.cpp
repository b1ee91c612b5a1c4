#include "diagnose/read/template.h"

#include <array>

namespace dagy::diagnose {
namespace {

constexpr std::array<unsigned char, 256> MakeKinds() {
    std::array<unsigned char, 256> kinds{};
    for (int c = 0; c < 256; ++c) {
        if (c >= '0' && c <= '9')
            kinds[static_cast<size_t>(c)] = 2;
        else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128)
            kinds[static_cast<size_t>(c)] = 1;
        else if (c == '/' || c == '\\')
            kinds[static_cast<size_t>(c)] = 3;
        else if (c == '.' || c == '-' || c == ':')
            kinds[static_cast<size_t>(c)] = 4;
    }
    return kinds;
}
constexpr auto kKinds = MakeKinds();

/// Calls `word(text)` for words to keep, `blank(sign)` for what varies, `other(char)` for the rest.
template <class Word, class Blank, class Other>
void Walk(std::string_view line, Word word, Blank blank, Other other) {
    const size_t size = line.size();
    for (size_t at = 0; at < size;) {
        const unsigned char kind = kKinds[static_cast<unsigned char>(line[at])];
        if (kind == 0 || kind == 4) {
            other(line[at++]);
            continue;
        }
        const size_t begin = at;
        bool digit = false, path = false;
        for (; at < size; ++at) {
            const unsigned char k = kKinds[static_cast<unsigned char>(line[at])];
            if (k == 0) break;
            if (k == 4 && (at + 1 >= size || kKinds[static_cast<unsigned char>(line[at + 1])] == 0)) break;
            digit |= k == 2;
            path |= k == 3;
        }
        if (path)
            blank('p');
        else if (digit)
            blank('n');
        else
            word(line.substr(begin, at - begin));
    }
}

}  // namespace

uint64_t TemplateHash(std::string_view line) {
    uint64_t hash = 1469598103934665603ull;
    const auto add = [&hash](unsigned char c) { hash = (hash ^ c) * 1099511628211ull; };
    Walk(
        line,
        [&](std::string_view text) {
            for (const char c : text) add(static_cast<unsigned char>(c));
        },
        [&](char sign) { add(sign == 'p' ? 1 : 2); }, [&](char c) { add(static_cast<unsigned char>(c)); });
    return hash ^ (hash >> 29);
}

}  // namespace dagy::diagnose
