/// What stays of a log line when its values are taken out: the same for every line that one statement of a program
/// wrote.
///
/// Stateless, so that the id of a line depends on nothing but the line: not on order, chunking, threads or what else
/// was seen. Variable are: words with a digit, paths, addresses, host names, hex strings, names of days and months,
/// what follows `=`, units after a number, and bracketed groups of nothing but these. Neighbouring variables become
/// one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::lake {

/// Names a mask: 53 bits of its hash, so that a JSON number holds it exactly in every language. The same on every
/// machine.
int64_t TemplateId(std::string_view mask);

/// Reuses its buffers; one per thread.
class TemplateMask {
  public:
    /// Words joined by one space, `*` for what varies: `connection from 10.0.0.7 (a.example.com) at Fri Jul 7` →
    /// `connection from * at *`. Only the first 4 KiB of a line count. The view lives until the next call.
    std::string_view Apply(std::string_view line);

    /// TemplateId of the mask. TemplateIds gives the same much faster.
    int64_t Id(std::string_view line) { return TemplateId(Apply(line)); }

  private:
    struct Token {
        uint16_t begin, size;  ///< in the line
        enum class Kind : uint8_t { kWord, kVariable, kPunctuation, kGone } kind;
        bool after_a_blank;
    };

    void Split();
    bool FollowsAKey(size_t word_bytes, uint8_t kinds) const;
    void DropVariableGroups();
    void JoinValues();
    void Write();

    std::string_view Text(const Token& token) const { return line_.substr(token.begin, token.size); }
    char Mark(const Token& token) const { return token.kind == Token::Kind::kPunctuation ? line_[token.begin] : ' '; }

    std::string_view line_;      ///< of the call
    std::vector<Token> tokens_;  ///< `count_` of them
    size_t count_ = 0;
    bool has_groups_ = false;
    std::vector<size_t> open_;
    std::string mask_;
};

}  // namespace dagy::lake
