/// What to do about a cause: the knowledge base of fixes, keyed by code, filled with this run's names, numbers and
/// lines.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "diagnose/advise/template.h"

namespace dagy::diagnose {

struct Prevention {
    std::string measure, why, effort;  ///< effort: low | medium | high
};

struct Advice {
    std::string title;    ///< after "<dag>: "
    std::string cause;    ///< one clause: what went wrong
    std::string meaning;  ///< what that says and does not say ("nothing was sent"); may be empty
    std::string fix;      ///< sentences, then commands or code on indented lines
    std::vector<std::string> steps;
    std::vector<Prevention> prevention;
};

/// `knowledge/advice/*.yaml`. Immutable; safe to share between threads.
class AdviceBook {
  public:
    static const AdviceBook& Builtin();

    /// Throws Error kInvalidInput that names the file, code and member at fault.
    struct File {
        std::string_view name, content;
    };
    explicit AdviceBook(const std::vector<File>& files);

    bool Has(std::string_view code) const { return entries_.contains(code); }
    /// Advice of the code, or of OTHER where the book has none for it.
    Advice For(std::string_view code, const Words& words) const;
    /// All holes of all templates of a code.
    std::vector<std::string> Holes(std::string_view code) const;

  private:
    std::map<std::string, json::object, std::less<>> entries_;
};

}  // namespace dagy::diagnose
