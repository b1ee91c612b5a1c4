/// Numbers in a JSON text that the quick parser cannot hold.
#pragma once

#include <string>
#include <string_view>

namespace dagy::ingest::ndjson {

/// Whether a number in `text` may be one that loses digits in 64 bits and in a double. May be wrong the other way: what
/// stands in texts is looked at too.
bool MayLoseDigits(std::string_view text);

/// `text` with its numbers of more than 18 characters, and those with a power of ten, in quotes.
std::string QuoteWideNumbers(std::string_view text);

}  // namespace dagy::ingest::ndjson
