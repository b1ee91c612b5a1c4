/// A case-insensitive substring, the same for rows that are settled and rows that are not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dagy::lake {

/// Bytes [at, at + length) of a text.
struct Place {
    size_t at = 0;
    size_t length = 0;
};

/// No character is special. Letters are folded one to one (`É` is `é`, `Σ` is `ς`, but `ß` is not `ss`); a pattern of
/// ASCII alone folds ASCII letters alone, which lets it run through the text at the speed of memory. An empty pattern
/// is in every text. Immutable, so free to share.
class TextPattern {
  public:
    explicit TextPattern(std::string_view keyword);
    /// Of a text that is folded: letters of the texts are folded as FoldCase does, even where the pattern is of ASCII.
    static TextPattern OfFolded(std::string_view folded);
    bool In(std::string_view text) const;
    /// The first place at or after byte `from`.
    std::optional<Place> Find(std::string_view text, size_t from = 0) const;

    /// What a text's FoldCase contains wherever the pattern is in the text.
    const std::string& folded() const { return folded_; }
    /// The keyword is of ASCII alone.
    bool ascii() const { return ascii_; }

  private:
    size_t FindAscii(std::string_view text, size_t from) const;
    /// Places in [from, end).
    size_t FindShort(std::string_view text, size_t from, size_t end) const;
    std::optional<Place> FindFolded(std::string_view text, size_t from) const;
    bool EqualAt(const char* text) const;

    std::string folded_;
    bool ascii_ = true;         ///< the keyword is
    bool folded_ascii_ = true;  ///< the folded one is: `K` (the sign of kelvin) becomes `k`
    size_t rare_ = 0;           ///< where in `folded_` its two rarest bytes are
    size_t second_ = 0;
};

/// Text with every letter folded; bytes that are not UTF-8 stay as they are.
std::string FoldCase(std::string_view text);
/// The same into memory that is used again.
void FoldCase(std::string_view text, std::string& folded);

}  // namespace dagy::lake
