/// The literals that must stand in a text for a regex to match it: what makes a thousand patterns cheap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::diagnose {

/// One way in which a pattern may match: a top-level alternative of its regex, and literals of which at least one
/// (lower case) must stand in the text.
struct Alternative {
    std::string regex;
    std::vector<std::string> literals;  ///< empty: none of `kLiteralMin` characters could be found
};

inline constexpr size_t kLiteralMin = 3;
/// More of a literal tells little more, and costs a state of the matcher a byte.
inline constexpr size_t kLiteralMax = 14;

/// `exact_case`: the regex takes letters as they stand, so that letters beyond ASCII, which have no one lower case
/// here, are literals too.
std::vector<Alternative> SplitAlternatives(std::string_view regex, bool exact_case = false);

/// Finds which of many literals stand in a text, in one pass (Aho-Corasick over folded bytes). Immutable once built.
class LiteralMatcher {
  public:
    /// `literals` in lower case; ids are their places.
    explicit LiteralMatcher(const std::vector<std::string>& literals);

    /// Appends the ids of the literals in `text`, any case; an id may come more than once.
    void Find(std::string_view text, std::vector<uint32_t>& ids) const;

  private:
    uint8_t fold_[256] = {};
    uint32_t width_ = 1;
    std::vector<uint32_t> next_;  ///< [state * width + byte class]; top bit: the state reports something
    std::vector<std::vector<uint32_t>> found_;
};

}  // namespace dagy::diagnose
