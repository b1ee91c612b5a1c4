/// What an object's key may be, the same for every implementation.
#pragma once

#include <string>

namespace dagy::objects {

/// Throws kInvalidInput that says what is wrong. At most 1,024 bytes, as S3 has it.
void CheckKey(const std::string& key);
/// A prefix may end anywhere, but may not lead out either.
void CheckPrefix(const std::string& prefix);

}  // namespace dagy::objects
