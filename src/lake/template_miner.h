/// Templates of a stream of log lines: masks (template_mask.h) whose remaining words vary in one place become one
/// template.
///
/// One configuration for every source. Memory is bounded by the number of distinct masks kept; the result depends on
/// the set of lines, not on their order. The merge follows an idea common to log parsers that work by word frequency
/// (e.g. Brain, Yu et al. 2023): where masks of equal length agree in all words but one, and that one takes many
/// values, it is a value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lake/template_mask.h"

namespace dagy::lake {

struct LogTemplate {
    std::string text;  ///< words and `*`
    int64_t lines = 0;
};

class TemplateMiner {
  public:
    /// At most `masks_max` distinct masks are kept apart; lines of further ones are told by their length and first word
    /// alone.
    explicit TemplateMiner(size_t masks_max = 65536) : masks_max_(masks_max) {}

    /// Takes a line; returns the id of its mask, which `Finish` maps to a template.
    uint64_t Add(std::string_view line);

    /// The templates by text. Lines may be added afterwards; call it again then.
    std::vector<LogTemplate> Finish();
    /// Index into the last `Finish` of a mask's template; -1 for a mask that was not added.
    int64_t TemplateOf(uint64_t mask_id) const;

    size_t masks() const { return masks_.size(); }

  private:
    struct Entry {
        std::string mask;
        int64_t lines = 0;
    };

    size_t masks_max_;
    TemplateMask mask_;
    std::unordered_map<uint64_t, Entry> masks_;
    std::unordered_map<uint64_t, size_t> template_of_;
};

}  // namespace dagy::lake
