/// The little of UTF-8 that records need.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dagy::lake {

/// Bytes of the character that `text` begins with, 0 if it begins with none (cut, overlong, surrogate, beyond
/// U+10FFFF).
size_t Utf8Length(std::string_view text);

/// Requires: Utf8Length(text) == text.size() > 0.
char32_t DecodeUtf8(std::string_view text);
void AppendUtf8(char32_t letter, std::string& out);

/// A letter or digit of any script, or `_`.
bool IsWordLetter(char32_t letter);

bool IsUtf8(std::string_view text);
/// Every byte that belongs to no character becomes U+FFFD.
std::string RepairUtf8(std::string_view text);

}  // namespace dagy::lake
