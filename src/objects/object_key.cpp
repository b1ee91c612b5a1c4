#include "objects/object_key.h"

#include <fmt/format.h>

#include <string_view>

#include "base/error.h"

namespace dagy::objects {
namespace {

constexpr size_t kKeyBytesMax = 1024;
constexpr size_t kPartBytesMax = 255;

/// What is wrong with a key, or nothing.
std::string_view FaultOf(std::string_view key, bool is_prefix) {
    if (key.size() > kKeyBytesMax) return "is longer than 1024 bytes";
    if (key.contains('\0')) return "has a NUL byte";
    if (key.empty()) return is_prefix ? "" : "is empty";
    for (;;) {
        const size_t slash = key.find('/');
        const std::string_view part = key.substr(0, slash);
        const bool is_open = is_prefix && slash == std::string_view::npos;
        if (part.empty() && !is_open) return "has an empty part";
        if (part == ".." || (part == "." && !is_open)) return "has a part '.' or '..'";
        if (part.size() > kPartBytesMax) return "has a part of more than 255 bytes";
        if (slash == std::string_view::npos) return "";
        key.remove_prefix(slash + 1);
    }
}

void Check(const std::string& key, bool is_prefix) {
    if (const auto fault = FaultOf(key, is_prefix); !fault.empty())
        throw Error(ErrorCode::kInvalidInput, fmt::format("the object key '{}' {}", key.substr(0, 100), fault));
}

}  // namespace

void CheckKey(const std::string& key) {
    Check(key, false);
}
void CheckPrefix(const std::string& prefix) {
    Check(prefix, true);
}

}  // namespace dagy::objects
