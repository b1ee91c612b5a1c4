/// A log line with its plainest values taken out, cheaply: what is left is enough to find its mask (template_mask.h).
///
/// A word that the mask replaces whatever it says - one that holds a digit or `*`, one that follows `=` - becomes `0`;
/// every other byte stays. The mask sees of such a word only that it is a value, and `0` is one as well. So
/// mask(line) = mask(skeleton(line)), and lines of equal skeletons have equal masks.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "lake/line_bytes.h"

namespace dagy::lake {

/// Reuses its buffers; one per thread.
class LineSkeleton {
  public:
    /// Of the first kLineBytesMax bytes; never longer than the line. The view lives until the next call, and kSlack
    /// bytes after it may be read.
    std::string_view Of(std::string_view line);

    static constexpr size_t kSlack = 16;

  private:
    static constexpr size_t kBlockBytes = 64;
    static constexpr size_t kBlocksMax = kLineBytesMax / kBlockBytes + 1;

    size_t Classify(std::string_view line);
    size_t WordBegin(size_t at) const;
    size_t WordEnd(size_t at) const;

    std::array<char, kLineBytesMax + kBlockBytes + kSlack> in_;
    std::array<char, kLineBytesMax + kBlockBytes + kSlack> out_;
    // A bit a byte.
    std::array<uint64_t, kBlocksMax + 1> ends_;    ///< blanks and marks
    std::array<uint64_t, kBlocksMax + 1> values_;  ///< bytes that make their word a value
};

/// For finding a skeleton again; bytes after `text` up to a multiple of 16 must be readable and are not used.
uint64_t QuickHash(std::string_view text);

}  // namespace dagy::lake
