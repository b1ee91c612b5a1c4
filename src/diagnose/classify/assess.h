/// What one exception, chain or line says by itself.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "diagnose/knowledge_tables.h"
#include "diagnose/reading.h"

namespace dagy::diagnose {

struct Verdict {
    std::string code;
    double score = 0;
    std::string rule;
    std::string why;
    std::string exception_class;
    std::string exception_message;
    std::map<std::string, std::string> captures;
    ClassRow::Kind kind = ClassRow::Kind::kCause;
    bool from_words = false;  ///< the words said it, not the class alone
    int64_t row = -1;
    size_t exception = 0;  ///< index in its chain
};

/// For one thread.
class Assessor {
  public:
    explicit Assessor(const Knowledge& knowledge) : tables_(knowledge.tables()), scanner_(tables_.patterns) {}

    /// The best pattern over `text`; nothing where none matches, or where the line is known to mean nothing.
    std::optional<Verdict> OfText(std::string_view text);
    std::optional<Verdict> OfException(const Exception& exception);
    /// The cause within a chain: the deepest exception that says something, wrappers and control flow aside.
    std::optional<Verdict> OfChain(const ExceptionChain& chain);
    std::optional<Verdict> OfSignal(const Signal& signal);

    const Knowledge::Tables& tables() const { return tables_; }

  private:
    std::optional<Verdict> Best(std::string_view recorded, bool respect_harmless);
    std::optional<Verdict> Embedded(std::string_view text);

    const Knowledge::Tables& tables_;
    PatternScanner scanner_;
};

}  // namespace dagy::diagnose
