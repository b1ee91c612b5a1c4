/// The Range header of a request for an object (RFC 9110, 14), as far as downloads need it: one range of bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace dagy::api {

struct ByteRange {
    int64_t first = 0;
    int64_t count = 0;
};

enum class RangeFit {
    kWhole,  ///< no Range, or one that may be passed over: other units, several ranges, not well-formed
    kPart,
    kNone  ///< nothing of the object is in the range: 416
};

/// What of an object of `bytes` bytes a Range header asks for. `range` is set for kPart.
RangeFit FitRange(std::optional<std::string_view> header, int64_t bytes, ByteRange& range);

}  // namespace dagy::api
