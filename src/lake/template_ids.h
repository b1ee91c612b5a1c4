/// Ids of log lines' templates, fast: the id that TemplateMask gives, remembered by the line's skeleton.
///
/// What is remembered changes the time only, never an id: a skeleton is compared whole before its id is used.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lake/line_skeleton.h"
#include "lake/template_mask.h"
#include "lake/text_blocks.h"

namespace dagy::lake {

/// Holds a few thousand skeletons, at most about 2 MiB. One per thread.
class TemplateIds {
  public:
    struct Found {
        int64_t id = 0;
        uint32_t* note = nullptr;  ///< the caller's, kept with the skeleton: 0 at first; lives until the next call
        bool is_new = false;       ///< not remembered: the mask was made, now or again
        std::string_view mask;     ///< if is_new; lives until the next call
    };

    /// Equal to TemplateMask::Id(line).
    int64_t Of(std::string_view line) { return Find(line).id; }
    Found Find(std::string_view line);

    /// Every skeleton with its note.
    void Forget();

  private:
    struct Known {
        uint64_t hash = 0;
        int64_t id = 0;
        std::string_view skeleton;
        uint32_t note = 0;
    };

    void MakeRoom();

    LineSkeleton skeleton_;
    TemplateMask mask_;
    std::vector<Known> known_;
    std::vector<uint32_t> slots_;  ///< by hash: places in known_, from 1; 0 is empty; open addressing
    TextBlocks skeletons_;
    uint32_t note_of_long_ = 0;
};

}  // namespace dagy::lake
