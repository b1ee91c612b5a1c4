/// Request targets taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dagy::net {

/// `a=1&b=%20` decoded, in order; `a` alone is a name with an empty value, empty pieces are passed over. Nothing for a
/// bad escape.
std::optional<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query);

}  // namespace dagy::net
