#include "search/snippet.h"

#include <algorithm>

namespace dagy::search {
namespace {

constexpr size_t kBeforeHit = 60;  ///< characters that are shown before a hit that is far inside a long line
constexpr size_t kMatchesMax = 32;
constexpr std::string_view kEllipsis = "…";

bool IsInside(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

size_t Characters(std::string_view text) {
    return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return !IsInside(c); }));
}

/// The byte that is `count` characters after (before) byte `at`, or the end.
size_t Forward(std::string_view text, size_t at, size_t count) {
    while (at < text.size() && count > 0) {
        ++at;
        while (at < text.size() && IsInside(text[at])) ++at;
        --count;
    }
    return at;
}
size_t Back(std::string_view text, size_t at, size_t count) {
    while (at > 0 && count > 0) {
        --at;
        while (at > 0 && IsInside(text[at])) --at;
        --count;
    }
    return at;
}

bool IsBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// Bytes [begin, end) of `text`: the line of the hit, or the part of it that fits.
std::pair<size_t, size_t> Window(std::string_view text, size_t at) {
    const size_t before = text.substr(0, at).find_last_of('\n');
    size_t begin = before == std::string_view::npos ? 0 : before + 1;
    size_t end = std::min(text.find('\n', at), text.size());
    while (begin < at && IsBlank(text[begin])) ++begin;
    while (end > at && IsBlank(text[end - 1])) --end;
    if (Characters(text.substr(begin, std::min(end - begin, 4 * kSnippetCharactersMax + 1))) <= kSnippetCharactersMax &&
        end - begin <= 4 * kSnippetCharactersMax)
        return {begin, end};
    const size_t from = std::max(begin, Back(text, at, kBeforeHit));
    const size_t to = Forward(text, from, kSnippetCharactersMax);
    if (to < end) return {from, to};
    return {std::max(begin, std::min(from, Back(text, end, kSnippetCharactersMax))),
            end};  // what room is left goes before
}

/// Sorted, overlapping ones made one.
void Join(std::vector<std::pair<size_t, size_t>>& ranges) {
    std::ranges::sort(ranges);
    std::vector<std::pair<size_t, size_t>> joined;
    for (const auto& range : ranges) {
        if (!joined.empty() && range.first <= joined.back().second)
            joined.back().second = std::max(joined.back().second, range.second);
        else
            joined.push_back(range);
    }
    ranges = std::move(joined);
}

}  // namespace

SnippetCutter::SnippetCutter(const lake::RowQuery& query) {
    for (const lake::TextTerm& term : query.terms)
        if (!term.negated) terms_.emplace_back(term);
}

Snippet SnippetCutter::Cut(std::string_view text, size_t at, size_t length) const {
    at = std::min(at, text.size());
    const auto [begin, end] = Window(text, at);
    std::string_view shown = text.substr(begin, end - begin);
    std::vector<std::pair<size_t, size_t>> bytes;
    // The hit itself first: cut at the window, a word's ends could look different.
    if (length > 0 && at < end) bytes.emplace_back(at - begin, std::min(at + length, end) - begin);
    for (const lake::TermMatcher& term : terms_) {
        for (size_t from = 0; from < shown.size() && bytes.size() < kMatchesMax;) {
            const auto place = term.Find(shown.substr(from));
            if (!place || place->length == 0) break;
            bytes.emplace_back(from + place->at, from + place->at + place->length);
            from += place->at + place->length;
        }
    }
    Join(bytes);
    Snippet snippet;
    if (begin > 0 && text[begin - 1] != '\n' && !IsBlank(text[begin - 1])) snippet.text = kEllipsis;
    const size_t shift = Characters(snippet.text);
    for (const char c : shown) snippet.text += c == '\t' || c == '\r' ? ' ' : c;
    if (end < text.size() && text[end] != '\n' && !IsBlank(text[end])) snippet.text += kEllipsis;
    for (const auto& [from, to] : bytes)
        snippet.highlights.emplace_back(shift + Characters(shown.substr(0, from)),
                                        shift + Characters(shown.substr(0, to)));
    return snippet;
}

std::string FirstCharacters(std::string_view text, size_t characters_max) {
    std::string first;
    size_t characters = 0;
    for (size_t i = 0; i < text.size();) {
        if (characters == characters_max) return first += kEllipsis;
        const bool blank = IsBlank(text[i]);
        const size_t next =
            blank ? std::min(text.find_first_not_of(" \t\n\v\f\r", i), text.size()) : Forward(text, i, 1);
        if (blank)
            first += ' ';
        else
            first += text.substr(i, next - i);
        i = next;
        ++characters;
    }
    return first;
}

}  // namespace dagy::search
