/// Masks that differ in the value of a word only, as one template.
///
/// The merge follows an idea common to log parsers that work by word frequency (e.g. Brain, Yu et al. 2023): where
/// masks of equal length agree in all words but one, and that one takes many values, it is a value.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::lake {

struct MergedMasks {
    std::vector<std::string> texts;     ///< of the templates, sorted, each once
    std::vector<uint32_t> template_of;  ///< a mask's place in `texts`
};

/// The result depends on the set of masks, not on their order.
MergedMasks MergeMasks(std::span<const std::string_view> masks);

}  // namespace dagy::lake
