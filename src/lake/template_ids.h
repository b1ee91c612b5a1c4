/// Ids of log lines' templates, fast: the id that TemplateMask gives, remembered by the line's skeleton.
///
/// What is remembered changes the time only, never an id: a skeleton is compared whole before its id is used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lake/line_skeleton.h"
#include "lake/template_mask.h"

namespace dagy::lake {

/// Holds a few thousand skeletons, at most about 2 MiB. One per thread.
class TemplateIds {
  public:
    struct Found {
        int64_t id = 0;
        bool is_new = false;    ///< not remembered: the mask was made, now or again
        std::string_view mask;  ///< if is_new; lives until the next call
    };

    /// Equal to TemplateMask::Id(line).
    int64_t Of(std::string_view line) { return Find(line).id; }
    Found Find(std::string_view line);

  private:
    struct Slot {
        uint64_t hash = 0;
        int64_t id = -1;  ///< -1: empty
        std::string skeleton;
    };

    void Grow();

    LineSkeleton skeleton_;
    TemplateMask mask_;
    std::vector<Slot> slots_;
    size_t stored_ = 0;  ///< over all, those that others took the place of too
};

}  // namespace dagy::lake
