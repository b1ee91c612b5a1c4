#include "diagnose/knowledge.h"

#include <algorithm>

#include "base/error.h"
#include "diagnose/knowledge_claims_reader.h"
#include "diagnose/knowledge_files.h"
#include "diagnose/knowledge_rules.h"
#include "diagnose/knowledge_tables.h"

namespace dagy::diagnose {
namespace {

std::vector<Knowledge::File> EmbeddedFiles() {
    std::vector<Knowledge::File> files;
    for (const auto& file : knowledge_files::Files()) files.push_back({file.name, file.content});
    return files;
}

/// Other helpers' files (fixes, vendors) lie in the same folder.
bool IsRules(std::string_view name) {
    return name.starts_with("patterns/") && name.ends_with(".yaml");
}
bool IsTable(std::string_view name) {
    return name.ends_with(".tsv") && name.find('/') == std::string_view::npos;
}

void ThrowFaults(const std::vector<KnowledgeFault>& faults) {
    std::string detail =
        std::to_string(faults.size()) + (faults.size() == 1 ? " fault in the knowledge:" : " faults in the knowledge:");
    for (const auto& fault : faults)
        detail += "\n  " + fault.file + ":" + std::to_string(fault.line) + " " + fault.what;
    throw Error(ErrorCode::kInvalidInput, detail, "Correct the named lines; docs/knowledge.md describes each file.");
}

}  // namespace

Knowledge::Knowledge(const std::vector<File>& files, Regexes regexes) : Knowledge(files, regexes, NotCompiled{}) {
    tables_->patterns.Compile();
}

Knowledge::Knowledge(const std::vector<File>& files, Regexes regexes, NotCompiled)
    : tables_(std::make_unique<Tables>()) {
    std::vector<KnowledgeFault> faults;
    // The codes first: every other file names some.
    for (const auto& file : files)
        if (file.name == "root_causes.tsv") LoadTable(*tables_, file.name, file.content, faults);
    for (const auto& file : files) {
        if (IsRules(file.name))
            LoadRules(*tables_, file.name, file.content, regexes == Regexes::kCheck, faults);
        else if (file.name == "claims.yaml")
            LoadClaims(*tables_, file.name, file.content, regexes == Regexes::kCheck, faults);
        else if (IsTable(file.name) && file.name != "root_causes.tsv")
            LoadTable(*tables_, file.name, file.content, faults);
    }
    if (!faults.empty()) ThrowFaults(faults);
}

std::unique_ptr<const Knowledge> Knowledge::BuiltinWith(const std::vector<RootCause>& causes,
                                                        const std::vector<Pattern>& own) {
    std::unique_ptr<Knowledge> knowledge(new Knowledge(EmbeddedFiles(), Regexes::kTrust, NotCompiled{}));
    Tables& tables = *knowledge->tables_;
    for (const auto& cause : causes) {
        tables.cause_index.emplace(cause.code, tables.causes.size());
        tables.causes.push_back(cause);
    }
    for (const auto& pattern : own) tables.patterns.Add(pattern);
    tables.patterns.Compile();
    return knowledge;
}

Knowledge::~Knowledge() = default;

const Knowledge& Knowledge::Builtin() {
    static const Knowledge knowledge(EmbeddedFiles(), Regexes::kTrust);
    return knowledge;
}

const std::vector<RootCause>& Knowledge::RootCauses() const {
    return tables_->causes;
}

const RootCause* Knowledge::FindRootCause(std::string_view code) const {
    const auto found = tables_->cause_index.find(std::string(code));
    return found == tables_->cause_index.end() ? nullptr : &tables_->causes[found->second];
}

}  // namespace dagy::diagnose
