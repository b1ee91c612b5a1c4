/// What one exception, chain or line says by itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "diagnose/knowledge_tables.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

/// From here on a verdict names a cause and does not only report that something failed.
inline constexpr double kSpecific = 0.56;

/// A rule that matched where another was better.
struct Beaten {
    std::string rule, code, why;
    double score = 0;
};

struct Verdict {
    std::string code;
    double score = 0;
    std::string rule;
    std::string why;
    std::string exception_class;
    std::string exception_message;
    std::map<std::string, std::string> captures;
    ClassRow::Kind kind = ClassRow::Kind::kCause;
    bool from_words = false;     ///< the words said it, not the class alone
    bool is_claim = false;       ///< only what a sentence claims, in words that no pattern knows
    bool is_own = false;         ///< an organization's rule said it
    std::string classification;  ///< where the rule has one of its own
    std::vector<Beaten> beaten;
    int64_t row = -1;
    size_t exception = 0;  ///< index in its chain
};

/// For one thread.
class Assessor {
  public:
    explicit Assessor(const Knowledge& knowledge) : tables_(knowledge.tables()), scanner_(tables_.patterns) {}

    /// The best pattern over `text`; nothing where none matches, or where the line is known to mean nothing.
    std::optional<Verdict> OfText(std::string_view text, bool with_own = true);
    std::optional<Verdict> OfException(const Exception& exception, bool with_own = true);
    /// The cause within a chain: the deepest exception that says something, wrappers and control flow aside.
    std::optional<Verdict> OfChain(const ExceptionChain& chain);
    std::optional<Verdict> OfSignal(const Signal& signal);
    /// The same for one of the last lines of a process that ended in failure: it may be a sentence that no pattern
    /// knows, at any level.
    std::optional<Verdict> OfLastWords(const Signal& signal);

    const Knowledge::Tables& tables() const { return tables_; }

  private:
    std::optional<Verdict> Best(std::string_view recorded, bool respect_harmless, bool with_own);
    std::optional<Verdict> Embedded(std::string_view text);
    /// What the sentences of `text` say, where no pattern knows them.
    std::optional<Verdict> Claimed(std::string_view text);
    /// A class with its module (`socket.timeout: `, `(psycopg2.errors.UndefinedTable) `) that is known; empty: none.
    std::string KnownClassIn(std::string_view text) const;
    /// The known class that an unknown one's name ends in, `ValueError` of `AddressValueError`; nullptr if there is
    /// none.
    std::pair<std::string, const ClassRow*> KinOf(std::string_view short_type) const;

    const Knowledge::Tables& tables_;
    PatternScanner scanner_;
};

}  // namespace dagy::diagnose
