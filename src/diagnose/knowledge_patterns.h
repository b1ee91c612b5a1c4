/// A set of patterns over log text, behind one scan for their literals.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::diagnose {

struct Pattern {
    std::string id;
    std::string code;            ///< empty: decided by `table`; `NONE`: a line that means nothing
    std::string table;           ///< look the group `key` up there
    double score = 0.9;          ///< how surely these words mean this code
    std::string classification;  ///< as in `log_classification`
    std::string regex;
    bool keeps_case = false;
    bool is_own = false;  ///< an organization's: wins over built-in ones on the same text, is not asked about the
                          ///< orchestrator's lines
    std::vector<std::string> yes, no;  ///< examples and counter-examples, tried by the tests
    std::string file;
    int line = 0;
};

struct PatternMatch {
    const Pattern* pattern = nullptr;
    std::string_view text;   ///< what matched, inside `whole`
    std::string_view whole;  ///< the scanned text
    uint32_t part = 0;       ///< which alternative of the pattern
};

class PatternSet;

/// Scans for one thread at a time.
class PatternScanner {
  public:
    explicit PatternScanner(const PatternSet& set);
    ~PatternScanner();
    PatternScanner(PatternScanner&&) noexcept;

    /// Some pattern or trigger word may be in `text`; false: certainly none. Cheap. `Matches` then answers for the same
    /// text.
    bool MayMatch(std::string_view text);
    /// The trigger words that the last `MayMatch` saw, as bits.
    unsigned triggers() const;
    /// All patterns that match the text of the last `MayMatch`, in the order of the rules.
    std::vector<PatternMatch> Matches();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Immutable once compiled.
class PatternSet {
  public:
    PatternSet();
    ~PatternSet();
    PatternSet(PatternSet&&) noexcept;
    PatternSet& operator=(PatternSet&&) noexcept;

    /// Words that a reader wants to hear of although no pattern needs them; at most 32.
    enum Trigger : unsigned { kTraceback = 1, kException = 2, kMemory = 4, kConnection = 8, kCommand = 16 };

    /// What is wrong with `pattern.regex`, or nothing. Compiles it whole: for rules of others and for tests.
    static std::string FaultOf(const Pattern& pattern);
    /// Requires: FaultOf(pattern) is empty. Regexes are compiled when they are first needed.
    void Add(Pattern pattern);
    /// After the last `Add`.
    void Compile();

    const std::vector<Pattern>& patterns() const;
    /// Named groups of a match whose text is still there.
    std::map<std::string, std::string> Captures(const PatternMatch& match) const;

  private:
    friend class PatternScanner;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace dagy::diagnose
