/// What dagy knows about the errors of the world: tables and patterns from the folder `knowledge/`, embedded in the
/// binary.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dagy::diagnose {

struct Pattern;

/// One row of root_causes.tsv.
struct RootCause {
    std::string code;
    std::string family;
    std::string meaning;
    std::string transience;      ///< PERMANENT | TRANSIENT | INTERMITTENT, where nothing better is known
    std::string classification;  ///< what `log_classification` says for it
};

/// Immutable after loading; safe to share between threads.
class Knowledge {
  public:
    /// The embedded knowledge, loaded once a process (a few milliseconds).
    static const Knowledge& Builtin();

    /// Loads `files` (name → content). Throws Error kInvalidInput whose detail lists every fault of every file with its
    /// line.
    struct File {
        std::string_view name, content;
    };
    /// The embedded files are known to be good (their tests say so): their regexes need no trial.
    enum class Regexes { kCheck, kTrust };
    explicit Knowledge(const std::vector<File>& files, Regexes regexes = Regexes::kCheck);
    /// The embedded knowledge with an organization's own codes and rules in front.
    /// Requires: the codes are not listed, PatternSet::FaultOf is empty for each rule, and each names a code that is
    /// known then.
    static std::unique_ptr<const Knowledge> BuiltinWith(const std::vector<RootCause>& causes,
                                                        const std::vector<Pattern>& own);
    ~Knowledge();

    const std::vector<RootCause>& RootCauses() const;
    /// nullptr for an unknown code.
    const RootCause* FindRootCause(std::string_view code) const;

    struct Tables;
    const Tables& tables() const { return *tables_; }

  private:
    struct NotCompiled {};
    Knowledge(const std::vector<File>& files, Regexes regexes, NotCompiled);

    std::unique_ptr<Tables> tables_;
};

}  // namespace dagy::diagnose
