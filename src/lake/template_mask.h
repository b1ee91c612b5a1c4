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
        std::string_view text;
        enum class Kind : uint8_t { kWord, kVariable, kPunctuation, kSpace, kGone } kind;
    };

    void Split(std::string_view line);
    void DropVariableGroups();
    void Emit();

    std::vector<Token> tokens_;
    std::vector<size_t> open_;
    std::vector<const Token*> kept_;
    std::string mask_;
};

/// A word that stands for a value by its form alone.
bool LooksVariable(std::string_view word);

}  // namespace dagy::lake
