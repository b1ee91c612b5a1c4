/// Bytes that claim to be UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace dagy::ingest {

/// `bytes` itself where they are valid UTF-8; else a copy in `scratch` in which each maximal bad part is U+FFFD, as
/// Python's `errors="replace"` writes it.
std::string_view ValidUtf8(std::string_view bytes, std::string& scratch);

/// The longest front of valid `text` that has at most `bytes_max` bytes and ends between two characters.
std::string_view Utf8Front(std::string_view text, size_t bytes_max);

}  // namespace dagy::ingest
