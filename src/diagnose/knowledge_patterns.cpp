#include "diagnose/knowledge_patterns.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>

#include "diagnose/knowledge_literals.h"

namespace dagy::diagnose {
namespace {

struct TriggerWord {
    std::string_view text;
    unsigned bit;
};

constexpr std::array kTriggerWords{
    TriggerWord{"traceback (most recent call last)", PatternSet::kTraceback},
    TriggerWord{"file \"", PatternSet::kTraceback},
    TriggerWord{"exception", PatternSet::kException},
    TriggerWord{"error", PatternSet::kException},
    TriggerWord{"fatal", PatternSet::kException},
    TriggerWord{"panic:", PatternSet::kException},
    TriggerWord{"caused by", PatternSet::kException},
    TriggerWord{"failed", PatternSet::kException},
    TriggerWord{"memory", PatternSet::kMemory},
    TriggerWord{"resident", PatternSet::kMemory},
    TriggerWord{"rss", PatternSet::kMemory},
    TriggerWord{"heap", PatternSet::kMemory},
    TriggerWord{"conn_id", PatternSet::kConnection},
    TriggerWord{"connection id", PatternSet::kConnection},
    TriggerWord{"using connection", PatternSet::kConnection},
    TriggerWord{"running command:", PatternSet::kCommand},
};

re2::RE2::Options OptionsOf(bool keeps_case) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(keeps_case);
    options.set_max_mem(int64_t{1} << 20);
    return options;
}

/// A part of a pattern, compiled when its literal is seen for the first time: most never are.
struct Part {
    size_t pattern = 0;
    std::string regex;
    bool keeps_case = false;
    mutable std::once_flag once;
    mutable std::unique_ptr<re2::RE2> compiled;

    const re2::RE2& Regex() const {
        std::call_once(once, [this] { compiled = std::make_unique<re2::RE2>(regex, OptionsOf(keeps_case)); });
        return *compiled;
    }
};

}  // namespace

struct PatternSet::State {
    std::vector<Pattern> patterns;
    std::vector<std::unique_ptr<Part>> parts;
    std::vector<std::string> literals;                    ///< triggers first
    std::vector<std::vector<uint32_t>> parts_of_literal;  ///< behind the triggers
    std::unique_ptr<LiteralMatcher> matcher;
    std::unordered_map<std::string, uint32_t> literal_ids;

    void AddLiteral(const std::string& literal, uint32_t part) {
        const auto [at, is_new] = literal_ids.emplace(literal, static_cast<uint32_t>(literals.size()));
        if (is_new) {
            literals.push_back(literal);
            parts_of_literal.emplace_back();
        }
        parts_of_literal[at->second].push_back(part);
    }
};

PatternSet::PatternSet() : state_(std::make_unique<State>()) {
    for (const auto& word : kTriggerWords) {
        state_->literals.emplace_back(word.text);
        state_->parts_of_literal.emplace_back();
        state_->literal_ids.emplace(word.text, static_cast<uint32_t>(state_->literals.size() - 1));
    }
}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

const std::vector<Pattern>& PatternSet::patterns() const {
    return state_->patterns;
}

std::string PatternSet::FaultOf(const Pattern& pattern) {
    const re2::RE2 regex(pattern.regex, OptionsOf(pattern.keeps_case));
    if (!regex.ok()) return "has a bad regex: " + regex.error();
    for (const auto& alternative : SplitAlternatives(pattern.regex, pattern.keeps_case))
        if (alternative.literals.empty())
            return "has an alternative without a literal of " + std::to_string(kLiteralMin) +
                   " characters: " + alternative.regex;
    return {};
}

void PatternSet::Add(Pattern pattern) {
    const size_t index = state_->patterns.size();
    for (auto& alternative : SplitAlternatives(pattern.regex, pattern.keeps_case)) {
        auto part = std::make_unique<Part>();
        part->pattern = index;
        part->regex = std::move(alternative.regex);
        part->keeps_case = pattern.keeps_case;
        const auto id = static_cast<uint32_t>(state_->parts.size());
        state_->parts.push_back(std::move(part));
        for (const auto& literal : alternative.literals) state_->AddLiteral(literal, id);
    }
    state_->patterns.push_back(std::move(pattern));
}

void PatternSet::Compile() {
    state_->matcher = std::make_unique<LiteralMatcher>(state_->literals);
}

std::map<std::string, std::string> PatternSet::Captures(const PatternMatch& match) const {
    std::map<std::string, std::string> captures;
    const re2::RE2& regex = state_->parts[match.part]->Regex();
    std::vector<re2::StringPiece> groups(static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
    const re2::StringPiece piece(match.whole.data(), match.whole.size());
    if (!regex.Match(piece, 0, match.whole.size(), re2::RE2::UNANCHORED, groups.data(),
                     static_cast<int>(groups.size())))
        return captures;
    for (const auto& [group, name] : regex.CapturingGroupNames()) {
        const auto& found = groups[static_cast<size_t>(group)];
        if (!found.empty()) captures[name] = std::string(found.data(), found.size());
    }
    return captures;
}

struct PatternScanner::State {
    const PatternSet::State* set;
    std::vector<uint32_t> literals;
    std::vector<uint32_t> parts;
    unsigned triggers = 0;
    std::string_view text;
};

PatternScanner::PatternScanner(const PatternSet& set) : state_(std::make_unique<State>()) {
    state_->set = set.state_.get();
}
PatternScanner::~PatternScanner() = default;
PatternScanner::PatternScanner(PatternScanner&&) noexcept = default;

bool PatternScanner::MayMatch(std::string_view text) {
    State& state = *state_;
    state.literals.clear();
    state.triggers = 0;
    state.text = text;
    state.set->matcher->Find(text, state.literals);
    for (const uint32_t id : state.literals)
        if (id < kTriggerWords.size()) state.triggers |= kTriggerWords[id].bit;
    return !state.literals.empty();
}

unsigned PatternScanner::triggers() const {
    return state_->triggers;
}

std::vector<PatternMatch> PatternScanner::Matches() {
    State& state = *state_;
    std::vector<PatternMatch> matches;
    state.parts.clear();
    for (const uint32_t id : state.literals) {
        const auto& parts = state.set->parts_of_literal[id];
        state.parts.insert(state.parts.end(), parts.begin(), parts.end());
    }
    std::ranges::sort(state.parts);
    const auto repeated = std::ranges::unique(state.parts);
    state.parts.erase(repeated.begin(), repeated.end());
    const re2::StringPiece piece(state.text.data(), state.text.size());
    for (const uint32_t id : state.parts) {
        const Part& part = *state.set->parts[id];
        if (!matches.empty() && matches.back().pattern == &state.set->patterns[part.pattern]) continue;
        re2::StringPiece whole;
        if (!part.Regex().Match(piece, 0, state.text.size(), re2::RE2::UNANCHORED, &whole, 1)) continue;
        matches.push_back({.pattern = &state.set->patterns[part.pattern],
                           .text = {whole.data(), whole.size()},
                           .whole = state.text,
                           .part = id});
    }
    return matches;
}

}  // namespace dagy::diagnose
