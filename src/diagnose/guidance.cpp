#include "diagnose/guidance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "diagnose/classify/assess.h"
#include "diagnose/guidance/rule_text.h"
#include "diagnose/knowledge_tables.h"

namespace dagy::diagnose {
namespace {

/// Codes that say that nothing is known: no rule may find them.
bool IsReserved(std::string_view code) {
    return code == "NONE" || code == "OTHER" || code == "INSUFFICIENT_EVIDENCE";
}

class Merger {
  public:
    explicit Merger(FaultList& faults) : faults_(faults) {
        for (const auto& pattern : Knowledge::Builtin().tables().patterns.patterns()) ids_.insert(pattern.id);
    }

    void Add(OwnRule rule) {
        const Pattern& pattern = rule.pattern;
        if (!ids_.insert(pattern.id).second)
            return Fault(pattern, "its id is taken", "a built-in rule or another of yours has it; choose another");
        if (IsReserved(pattern.code))
            return Fault(pattern, fmt::format("no rule may find {}", pattern.code),
                         "name a listed code that fits, or one of your own");
        const RootCause* listed = Knowledge::Builtin().FindRootCause(pattern.code);
        const RootCause& said = rule.cause;
        const bool says = !said.family.empty() || !said.meaning.empty() || !said.transience.empty();
        if (listed != nullptr && says)
            return Fault(pattern, fmt::format("{} is a listed code", pattern.code),
                         "leave family, meaning and transience out, or take a code of your own");
        if (listed == nullptr && !Define(rule)) return;
        rules_.push_back(std::move(rule));
    }

    /// Own codes that lack a member are known only when all rules were seen: one definition serves them all.
    std::vector<OwnRule> Finish() {
        std::erase_if(rules_, [&](const OwnRule& rule) {
            const auto own = causes_.find(rule.pattern.code);
            if (own == causes_.end() ||
                (!own->second.family.empty() && !own->second.meaning.empty() && !own->second.transience.empty()))
                return false;
            Fault(rule.pattern,
                  fmt::format("{} is not a listed code and lacks its {}", rule.pattern.code,
                              own->second.family.empty()    ? "family"
                              : own->second.meaning.empty() ? "meaning"
                                                            : "transience"),
                  "give family, meaning and transience with one of its rules, or name a listed code");
            return true;
        });
        return std::move(rules_);
    }

    std::vector<RootCause> causes() const {
        std::vector<RootCause> all;
        for (const auto& [code, cause] : causes_) all.push_back(cause);
        return all;
    }

  private:
    void Fault(const Pattern& pattern, std::string what, std::string way_out) {
        faults_.Add(pattern.line, pattern.id, std::move(what), std::move(way_out));
    }

    bool Define(const OwnRule& rule) {
        RootCause& cause = causes_[rule.pattern.code];
        cause.code = rule.pattern.code;
        const auto take = [&](std::string& known, const std::string& said, std::string_view member) {
            if (!known.empty() && !said.empty() && known != said) {
                Fault(rule.pattern, fmt::format("gives {} another {} than an earlier rule", cause.code, member),
                      "say it once, or use two codes");
                return false;
            }
            if (known.empty()) known = said;
            return true;
        };
        if (cause.classification.empty()) cause.classification = rule.pattern.classification;
        return take(cause.family, rule.cause.family, "family") && take(cause.meaning, rule.cause.meaning, "meaning") &&
               take(cause.transience, rule.cause.transience, "transience");
    }

    FaultList& faults_;
    std::set<std::string> ids_;
    std::map<std::string, RootCause> causes_;
    std::vector<OwnRule> rules_;
};

/// A line as logs have it may be an exception's: its last line tells.
void TryExamples(const Knowledge& knowledge, const std::vector<OwnRule>& rules, FaultList& faults) {
    Assessor assessor(knowledge);
    for (const auto& rule : rules) {
        const Pattern& pattern = rule.pattern;
        for (const auto& example : pattern.yes) {
            const auto verdict = assessor.OfText(example);
            if (verdict && verdict->rule == pattern.id) continue;
            faults.Add(pattern.line, pattern.id,
                       fmt::format("does not find its example \"{}\"", example.substr(0, 120)),
                       verdict ? fmt::format("rule {} finds it: make one of them narrower", verdict->rule)
                               : "correct match or yes; a line that is known to be harmless is never a cause");
        }
        for (const auto& example : pattern.no) {
            const auto verdict = assessor.OfText(example);
            if (verdict && verdict->rule == pattern.id)
                faults.Add(pattern.line, pattern.id,
                           fmt::format("finds its counter-example \"{}\"", example.substr(0, 120)),
                           "make match narrower, or drop the counter-example");
        }
    }
}

void FillOwnTexts(const OwnRule& rule, const std::vector<RootCause>& causes, json::object& texts) {
    const auto own = std::ranges::find(causes, rule.pattern.code, &RootCause::code);
    if (own == causes.end()) return;
    // What the code means is all that can be said of a code of which nobody else knows.
    std::string meaning;
    for (const char c : own->meaning) meaning += c == '{' ? "{{" : c == '}' ? "}}" : std::string(1, c);
    for (const char* member : {"title", "cause"})
        if (!texts.contains(member)) texts[member] = json::value(meaning);
    for (const char* member : {"fix", "steps", "prevention"})
        if (!texts.contains(member)) texts[member] = json::array();
}

}  // namespace

std::shared_ptr<const Guidance> Guidance::Read(std::string_view yaml, int64_t version,
                                               std::vector<GuidanceFault>& faults) {
    FaultList list(faults);
    Merger merger(list);
    for (auto& rule : ReadRuleText(yaml, list)) merger.Add(std::move(rule));
    const std::vector<OwnRule> rules = merger.Finish();
    const std::vector<RootCause> causes = merger.causes();

    std::shared_ptr<Guidance> guidance(new Guidance());
    guidance->version_ = version;
    std::vector<Pattern> patterns;
    for (const auto& rule : rules) {
        patterns.push_back(rule.pattern);
        json::object texts = rule.advice;
        FillOwnTexts(rule, causes, texts);
        guidance->entries_.emplace(rule.pattern.id, std::move(texts));
    }
    guidance->knowledge_ = Knowledge::BuiltinWith(causes, patterns);
    TryExamples(*guidance->knowledge_, rules, list);
    std::ranges::stable_sort(faults, {}, &GuidanceFault::line);
    return guidance;
}

void Guidance::Advise(const Candidate& cause, const Words& words, Advice& advice) const {
    const auto found = entries_.find(cause.rule);
    if (found == entries_.end()) return;
    const json::object& texts = found->second;
    Words filled = words;
    for (const auto& [name, value] : cause.captures) filled[name] = value;
    const auto first = [&](const char* member, std::string& into) {
        if (const auto* text = texts.if_contains(member))
            if (std::string said = FillFirst(*text, filled); !said.empty()) into = std::move(said);
    };
    first("title", advice.title);
    first("cause", advice.cause);
    const bool is_own_code = Knowledge::Builtin().FindRootCause(cause.code) == nullptr;
    const auto lines = [&](const char* member) {
        return texts.contains(member) ? FillLines(texts.at(member), filled) : std::vector<std::string>();
    };
    if (const auto fix = lines("fix"); !fix.empty() || is_own_code)
        advice.fix = fmt::format("{}", fmt::join(fix, "\n"));
    if (auto steps = lines("steps"); !steps.empty() || is_own_code) advice.steps = std::move(steps);
    if (const auto* measures = texts.if_contains("prevention")) {
        advice.prevention.clear();
        for (const auto& one : measures->as_array()) {
            const auto& measure = one.as_object();
            Prevention prevention{FillFirst(measure.at("measure"), filled), FillFirst(measure.at("why"), filled),
                                  StringOr(measure, "effort")};
            if (!prevention.measure.empty()) advice.prevention.push_back(std::move(prevention));
        }
    }
    // Of a code of its own nothing else is known; what the built-in book says about OTHER would be a guess.
    if (is_own_code) advice.meaning.clear();
}

}  // namespace dagy::diagnose
