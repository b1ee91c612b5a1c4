/// The tables behind `Knowledge`, as the reader and the classifier use them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "diagnose/knowledge.h"
#include "diagnose/knowledge_claims.h"
#include "diagnose/knowledge_patterns.h"

namespace dagy::diagnose {

/// A row that names a code: an SQL state, a status, an error number, an exit code.
struct CodeRow {
    std::string code;
    std::string meaning;
    double score = 0.9;
};

/// What the class of an exception says by itself.
struct ClassRow {
    enum class Kind {
        kCause,    ///< it says what went wrong
        kGeneric,  ///< anybody raises it for anything: its message, its frames and its chain say more
        kWrapper,  ///< it only reports that something inside failed
        kFinal,    ///< it ends the task whatever was being handled at that moment
        kControl,  ///< not a failure
    };
    std::string code;
    double score = 0.5;
    Kind kind = Kind::kCause;
};

/// Looks up names as they are and by their last dotted part.
using ClassTable = std::unordered_map<std::string, ClassRow>;

struct Knowledge::Tables {
    std::vector<RootCause> causes;
    std::unordered_map<std::string, size_t> cause_index;
    /// Table name (`http`, `sqlstate`, `errno`, `errno_name`, `exit`, `signal`, `signal_name`, `mysql` …) → key → row.
    std::map<std::string, std::unordered_map<std::string, CodeRow>, std::less<>> codes;
    ClassTable classes;
    PatternSet patterns;
    ClaimSet claims;

    /// nullptr where the table has no such key. `sqlstate` falls back to its class (first two characters).
    const CodeRow* FindCode(std::string_view table, std::string_view key) const;
    /// By the full name, then by its last part; nullptr if unknown.
    const ClassRow* FindClass(std::string_view type) const;
};

/// One faulty place of a knowledge file.
struct KnowledgeFault {
    std::string file;
    int line = 0;
    std::string what;
};

/// Appends to `tables` and `faults`; `name` decides how `content` is read.
void LoadTable(Knowledge::Tables& tables, std::string_view name, std::string_view content,
               std::vector<KnowledgeFault>& faults);

}  // namespace dagy::diagnose
