/// Templates of a stream of log lines: masks (template_mask.h) whose remaining words vary in one place become one
/// template.
///
/// One configuration for every source. Memory is bounded by the number of distinct masks kept; the result depends on
/// the set of lines, not on their order. The merge follows an idea common to log parsers that work by word frequency
/// (e.g. Brain, Yu et al. 2023): where masks of equal length agree in all words but one, and that one takes many
/// values, it is a value.
#pragma once

#include <cstdint>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lake/template_ids.h"

namespace dagy::lake {

struct LogTemplate {
    std::string text;  ///< words and `*`
    int64_t lines = 0;
};

class TemplateMiner {
  public:
    /// At most `masks_max` distinct masks are kept apart: those with the smallest ids, whichever came first, so that
    /// the bound does not make the order count. Lines of the others are one template, `*`.
    explicit TemplateMiner(size_t masks_max = 65536) : masks_max_(masks_max) {}

    /// Takes a line; returns the id of its mask (TemplateMask::Id), which `TemplateOf` maps to a template.
    int64_t Add(std::string_view line);

    /// The templates by text. Lines may be added afterwards; call it again then.
    std::vector<LogTemplate> Finish();
    /// Index into the last `Finish` of a mask's template; -1 for a mask that was not added.
    int64_t TemplateOf(int64_t mask_id) const;

    size_t masks() const { return masks_.size(); }

  private:
    struct Entry {
        std::string mask;
        int64_t lines = 0;
    };

    void Keep(int64_t id, std::string_view mask);

    size_t masks_max_;
    TemplateIds ids_;
    std::unordered_map<int64_t, Entry> masks_;
    std::priority_queue<int64_t> kept_;  ///< the ids of masks_, greatest on top
    int64_t other_lines_ = 0;            ///< of masks that are not kept
    std::unordered_map<int64_t, size_t> template_of_;
    int64_t template_of_others_ = -1;
};

}  // namespace dagy::lake
