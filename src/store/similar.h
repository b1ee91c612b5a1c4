/// "Did you mean": names close to one that was not found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dagy::store {

/// At most 3 of `names`, best first: by edit distance (case does not count) up to a third of the word, then those that
/// begin with or contain the word. Nothing that is not close.
std::vector<std::string> Similar(std::string_view word, const std::vector<std::string>& names);

}  // namespace dagy::store
