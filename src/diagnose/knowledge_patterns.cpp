#include "diagnose/knowledge_patterns.h"

#include <hs/hs.h>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/error.h"

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

/// Atoms shorter than this would hit everywhere and save nothing.
constexpr int kAtomMin = 4;

void Check(hs_error_t error, const char* what) {
    if (error != HS_SUCCESS) throw Error(ErrorCode::kInternal, std::string("the pattern engine refuses to ") + what);
}

}  // namespace

struct PatternSet::State {
    std::vector<Pattern> patterns;
    re2::FilteredRE2 filtered{kAtomMin};
    hs_database_t* database = nullptr;
    hs_scratch_t* scratch = nullptr;
    size_t atoms = 0;

    ~State() {
        hs_free_scratch(scratch);
        hs_free_database(database);
    }
};

PatternSet::PatternSet() : state_(std::make_unique<State>()) {}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

const std::vector<Pattern>& PatternSet::patterns() const { return state_->patterns; }

std::string PatternSet::Add(Pattern pattern) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(pattern.keeps_case);
    options.set_max_mem(int64_t{1} << 20);
    int id = 0;
    const auto code = state_->filtered.Add(pattern.regex, options, &id);
    if (code != re2::RE2::NoError) return re2::RE2(pattern.regex, options).error();
    state_->patterns.push_back(std::move(pattern));
    return {};
}

void PatternSet::Compile() {
    std::vector<std::string> atoms;
    state_->filtered.Compile(&atoms);
    state_->atoms = atoms.size();
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const auto& atom : atoms) {
        texts.push_back(atom.data());
        sizes.push_back(atom.size());
    }
    for (const auto& word : kTriggerWords) {
        texts.push_back(word.text.data());
        sizes.push_back(word.text.size());
    }
    std::vector<unsigned> flags(texts.size(), HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH);
    std::vector<unsigned> ids(texts.size());
    for (size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<unsigned>(i);
    hs_compile_error_t* fault = nullptr;
    if (hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK, nullptr,
                             &state_->database, &fault) != HS_SUCCESS) {
        const std::string what = fault->message;
        hs_free_compile_error(fault);
        throw Error(ErrorCode::kInternal, "the literals of the patterns do not compile", {}, what);
    }
    Check(hs_alloc_scratch(state_->database, &state_->scratch), "set up its memory");
}

std::map<std::string, std::string> PatternSet::Captures(size_t index, std::string_view text) const {
    std::map<std::string, std::string> captures;
    const re2::RE2& regex = state_->filtered.GetRE2(static_cast<int>(index));
    std::vector<re2::StringPiece> groups(static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
    const re2::StringPiece piece(text.data(), text.size());
    if (!regex.Match(piece, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()))) return captures;
    for (const auto& [group, name] : regex.CapturingGroupNames()) {
        const auto& found = groups[static_cast<size_t>(group)];
        if (!found.empty()) captures[name] = std::string(found.data(), found.size());
    }
    return captures;
}

struct PatternScanner::State {
    const PatternSet::State* set;
    hs_scratch_t* scratch = nullptr;
    std::vector<int> atoms;
    unsigned triggers = 0;
    std::string_view text;

    ~State() { hs_free_scratch(scratch); }
};

PatternScanner::PatternScanner(const PatternSet& set) : state_(std::make_unique<State>()) {
    state_->set = set.state_.get();
    Check(hs_clone_scratch(state_->set->scratch, &state_->scratch), "set up its memory");
}
PatternScanner::~PatternScanner() = default;
PatternScanner::PatternScanner(PatternScanner&&) noexcept = default;

bool PatternScanner::MayMatch(std::string_view text) {
    State& state = *state_;
    state.atoms.clear();
    state.triggers = 0;
    state.text = text;
    const auto take = [](unsigned id, unsigned long long, unsigned long long, unsigned, void* context) {
        auto& found = *static_cast<State*>(context);
        if (id < found.set->atoms) found.atoms.push_back(static_cast<int>(id));
        else found.triggers |= kTriggerWords[id - found.set->atoms].bit;
        return 0;
    };
    Check(hs_scan(state.set->database, text.data(), static_cast<unsigned>(std::min<size_t>(text.size(), UINT32_MAX)), 0, state.scratch, take, &state),
          "scan");
    return !state.atoms.empty() || state.triggers != 0;
}

unsigned PatternScanner::triggers() const { return state_->triggers; }

std::vector<PatternMatch> PatternScanner::Matches() {
    State& state = *state_;
    std::vector<PatternMatch> matches;
    if (state.atoms.empty()) return matches;
    std::vector<int> potential;
    state.set->filtered.AllPotentials(state.atoms, &potential);
    std::ranges::sort(potential);
    const re2::StringPiece piece(state.text.data(), state.text.size());
    for (const int id : potential) {
        re2::StringPiece whole;
        if (!state.set->filtered.GetRE2(id).Match(piece, 0, state.text.size(), re2::RE2::UNANCHORED, &whole, 1)) continue;
        const auto index = static_cast<size_t>(id);
        matches.push_back({&state.set->patterns[index], {whole.data(), whole.size()}, index});
    }
    return matches;
}

}  // namespace dagy::diagnose
