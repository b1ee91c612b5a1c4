/// A case-insensitive substring, the same for rows that are settled and rows that are not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dagy::lake {

/// No character is special. Letters are folded one to one (`É` is `é`, `Σ` is `ς`, but `ß` is not `ss`); a pattern of
/// ASCII alone folds ASCII letters alone, which lets it skip through the text. An empty pattern is in every text.
/// Immutable, so free to share.
class TextPattern {
  public:
    explicit TextPattern(std::string_view keyword);
    bool In(std::string_view text) const;

  private:
    bool InAscii(std::string_view text) const;

    std::string folded_;
    bool ascii_ = true;
    std::array<uint8_t, 256> skip_{};  ///< Horspool's: how far the window may move when its last byte is this one
};

/// Text with every letter folded; bytes that are not UTF-8 stay as they are.
std::string FoldCase(std::string_view text);

}  // namespace dagy::lake
