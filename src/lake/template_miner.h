/// Templates of a stream of log lines: masks (template_mask.h), of which those that differ in the value of a word only
/// become one (template_merge.h).
///
/// One configuration for every source. Memory is bounded by the number of distinct masks kept; the result depends on
/// the set of lines, not on their order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "lake/template_ids.h"
#include "lake/text_blocks.h"

namespace dagy::lake {

struct LogTemplate {
    std::string text;  ///< words and `*`
    int64_t lines = 0;
};

class TemplateMiner {
  public:
    /// At most `masks_max` distinct masks count: those with the smallest ids, whichever came first, so that the bound
    /// does not make the order count. Lines of the others are one template, `*`.
    explicit TemplateMiner(size_t masks_max = 65536);

    /// Takes a line; returns the id of its mask (TemplateMask::Id), which `TemplateOf` maps to a template.
    int64_t Add(std::string_view line);

    /// The templates by text. Lines may be added afterwards; call it again then.
    std::vector<LogTemplate> Finish();
    /// Index into the last `Finish` of a mask's template; -1 for a mask that was not added.
    int64_t TemplateOf(int64_t mask_id) const;

    size_t masks() const { return std::min(masks_.size() - 1, masks_max_); }

  private:
    struct Mask {
        int64_t id = 0;
        std::string_view text;
        int64_t lines = 0;
        int64_t template_index = -1;  ///< of the last Finish
    };

    uint32_t PlaceOf(int64_t id, std::string_view text);
    std::vector<uint32_t>::const_iterator Find(int64_t id) const;
    void Enter(size_t place);
    void DropGreatestIds();

    size_t masks_max_;
    TemplateIds ids_;
    TextBlocks texts_;
    std::vector<Mask> masks_;                               ///< the first stands for all that are not kept
    std::vector<uint32_t> places_;                          ///< in masks_, by id: open addressing, 0 is empty
    int64_t id_max_ = std::numeric_limits<int64_t>::max();  ///< masks of greater ids are not kept
};

}  // namespace dagy::lake
