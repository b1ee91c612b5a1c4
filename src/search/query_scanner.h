/// The characters of a query's text, and what can be read from them without knowing what it is for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dagy::search {

/// Positions are bytes. Reading moves on only where it succeeds.
class QueryScanner {
  public:
    explicit QueryScanner(std::string_view text) : text_(text) {}

    size_t at() const { return at_; }
    bool Ended() const { return at_ >= text_.size(); }
    char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    /// White space, or the end of the text, is `ahead` of here.
    bool SpaceAt(size_t ahead = 0) const;
    void Move(size_t bytes) { at_ += bytes; }
    void MoveToEnd() { at_ = text_.size(); }
    void SkipSpace();

    /// Up to white space; may be empty.
    std::string Word();
    /// Up to white space or a comma; may be empty.
    std::string ListWord();
    /// The text between this `"` and the next; `\"` and `\\` inside are `"` and `\`. Nothing if it is not closed.
    std::optional<std::string> Quoted();

    enum class Slashes { kRegex, kPath, kUnclosed };
    /// What this `/` begins: a regex if the next `/` (but `\/`) ends a word, a path if it is inside this word.
    Slashes WhatSlash() const;
    /// Requires: kRegex. The text between, `\/` as `/`.
    std::string Regex();

    /// `[A-Za-z_][A-Za-z0-9_.]*` from here; empty if there is none. Does not move.
    std::string_view Name() const;
    /// `:` `=` `<` `<=` `>` `>=`, `ahead` of here; empty if there is none.
    std::string_view Operator(size_t ahead = 0) const;
    /// What is `ahead` of here, up to white space.
    std::string_view Rest(size_t ahead = 0) const;

  private:
    size_t NextSlash() const;

    std::string_view text_;
    size_t at_ = 0;
};

}  // namespace dagy::search
