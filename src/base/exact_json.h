/// JSON whose numbers keep all of their digits: json::value holds 64 bits and doubles, a ledger holds more.
///
/// A number that would lose digits is held as an object with one member, `kExactMember`, whose value is the number as
/// it was written. SerializeExact writes that number again. No object of anybody else's may have a member of this name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace dagy {

inline constexpr std::string_view kExactMember{"\0#", 2};

/// As json::parse, but numbers that neither 64 bits nor a double hold are kept as described above. 2.50 is held by the
/// double 2.5; 0.12345678901234567890 and 18446744073709551616 are not. Depth at most 128.
json::value ParseExact(std::string_view text, boost::system::error_code& failed);

/// As json::serialize, with exact numbers as numbers and doubles in their shortest form: 12.5, not 1.25E1.
std::string SerializeExact(const json::value& value);

/// The number as it was written, if `value` is an exact one.
std::optional<std::string_view> ExactText(const json::value& value);

/// Whether a member of that name is anywhere in `value`.
bool HasExactMember(const json::value& value);

}  // namespace dagy
