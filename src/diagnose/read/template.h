/// Log templates: a line with what changes from run to run taken out.
#pragma once

#include <cstdint>
#include <string_view>

namespace dagy::diagnose {

/// Hash of `line` in which every word that holds a digit counts as one sign, and quoted text and paths as another.
uint64_t TemplateHash(std::string_view line);

}  // namespace dagy::diagnose
