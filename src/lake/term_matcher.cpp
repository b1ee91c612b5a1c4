#include "lake/term_matcher.h"

#include <fmt/format.h>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "lake/utf8.h"

namespace dagy::lake {
namespace {

constexpr int kAtomBytesMin = 3;
constexpr size_t kNeedleMin = 3;
constexpr size_t kLettersMin = 2;  // "e" alone is in numbers too

RE2::Options RegexOptions() {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    return options;
}

std::unique_ptr<re2::RE2> CompileRegex(const std::string& text) {
    auto regex = std::make_unique<RE2>(text, RegexOptions());
    if (regex->ok()) return regex;
    const size_t at = regex->error_arg().empty() ? std::string::npos : text.find(regex->error_arg());
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("the regular expression /{}/ is not one: {}{}", text, regex->error(),
                            at == std::string::npos ? "" : fmt::format(", at byte {}", at)),
                "see RE2's syntax; a backslash before a character takes it as it is");
}

template <class Belongs>
std::string_view LongestRun(std::string_view text, const Belongs& belongs) {
    std::string_view longest;
    for (size_t at = 0; at < text.size(); ++at) {
        size_t end = at;
        while (end < text.size() && belongs(text[end])) ++end;
        if (end - at > longest.size()) longest = text.substr(at, end - at);
        at = end;
    }
    return longest;
}

std::optional<TextPattern> LongestLetters(std::string_view folded) {
    const std::string_view run = LongestRun(folded, [](char c) { return c >= 'a' && c <= 'z'; });
    return run.size() < kLettersMin ? std::nullopt : std::optional<TextPattern>(run);
}

// Other letters than those of ASCII are folded to these three, and to no other byte of ASCII.
std::optional<TextPattern> LongestPlain(std::string_view folded) {
    const std::string_view run =
        LongestRun(folded, [](char c) { return static_cast<uint8_t>(c) < 0x80 && c != 'k' && c != 's' && c != 'i'; });
    return run.size() < kNeedleMin ? std::nullopt : std::optional<TextPattern>(run);
}

// Numbers and truth values are made of these; `null` is no value.
bool IsNumberText(std::string_view folded) {
    return folded.find_first_not_of("0123456789+-.eainftrulsy") == std::string_view::npos;
}

bool IsWordAt(std::string_view text, size_t at) {
    const size_t length = Utf8Length(text.substr(at));
    return length > 0 && IsWordLetter(DecodeUtf8(text.substr(at, length)));
}

// The letter that ends before `end`.
bool IsWordBefore(std::string_view text, size_t end) {
    size_t at = end;
    while (at > 0 && end - at < 4) {
        --at;
        if ((static_cast<uint8_t>(text[at]) & 0xC0) != 0x80) break;
    }
    return at < end && IsWordAt(text.substr(0, end), at);
}

}  // namespace

TermMatcher::TermMatcher(const TextTerm& term)
    : form_(term.form),
      negated_(term.negated),
      pattern_(term.form == TextTerm::Form::kRegex ? std::string_view{} : std::string_view(term.text)),
      grams_(pattern_.folded()) {
    if (form_ == TextTerm::Form::kRegex) {
        regex_ = CompileRegex(term.text);
        LearnAtoms(term.text);
        return;
    }
    if (pattern_.ascii()) letters_ = LongestLetters(pattern_.folded());
    if (!pattern_.ascii())
        needle_ = LongestPlain(pattern_.folded());
    else if (!pattern_.folded().empty())
        needle_ = pattern_;
    may_be_number_ = IsNumberText(pattern_.folded());
}
TermMatcher::~TermMatcher() = default;
TermMatcher::TermMatcher(TermMatcher&&) noexcept = default;

bool TermMatcher::In(std::string_view text) const {
    switch (form_) {
        case TextTerm::Form::kSubstring:
            return pattern_.In(text);
        case TextTerm::Form::kWord:
            return FindWord(text).has_value();
        case TextTerm::Form::kRegex:
            return (!needed_ || needed_->In(text)) &&
                   RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
    }
    return false;
}

bool TermMatcher::InAny(RowTexts& texts) const {
    for (size_t i = 0; const RowText* text = texts.At(i); ++i)
        if (In(text->text)) return true;
    return false;
}

std::optional<Place> TermMatcher::Find(std::string_view text) const {
    if (form_ == TextTerm::Form::kSubstring) return pattern_.Find(text);
    if (form_ == TextTerm::Form::kWord) return FindWord(text);
    re2::StringPiece found;
    const re2::StringPiece whole(text.data(), text.size());
    if (!regex_->Match(whole, 0, whole.size(), RE2::UNANCHORED, &found, 1)) return std::nullopt;
    return Place{static_cast<size_t>(found.data() - text.data()), found.size()};
}

std::optional<Place> TermMatcher::FindWord(std::string_view text) const {
    size_t from = 0;
    while (const std::optional<Place> place = pattern_.Find(text, from)) {
        const size_t end = place->at + place->length;
        if (!IsWordBefore(text, place->at) && !IsWordAt(text, end)) return place;
        from = place->at + 1;
        while (from < text.size() && (static_cast<uint8_t>(text[from]) & 0xC0) == 0x80) ++from;
    }
    return std::nullopt;
}

// The atoms come in lower case; what a filter holds is folded up and down.
void TermMatcher::LearnAtoms(const std::string& regex) {
    filtered_ = std::make_unique<re2::FilteredRE2>(kAtomBytesMin);
    std::vector<std::string> atoms;
    int id = 0;
    if (filtered_->Add(regex, RegexOptions(), &id) == RE2::NoError) filtered_->Compile(&atoms);
    for (std::string& atom : atoms) atoms_.emplace_back(atom = FoldCase(atom));
    if (atoms_.empty()) return filtered_.reset();
    const std::string* longest = nullptr;
    for (size_t i = 0; i < atoms.size(); ++i)
        if ((longest == nullptr || atoms[i].size() > longest->size()) && Needs(static_cast<int>(i)))
            longest = &atoms[i];
    if (longest == nullptr) return;
    needed_ = TextPattern::OfFolded(*longest);
    needle_ = LongestPlain(*longest);
}

// Without it, all the others are not enough.
bool TermMatcher::Needs(int atom) const {
    std::vector<int> others(atoms_.size());
    std::iota(others.begin(), others.end(), 0);
    std::erase(others, atom);
    std::vector<int> may_match;
    filtered_->AllPotentials(others, &may_match);
    return may_match.empty();
}

bool TermMatcher::AtomsMayMatch(const GramFilter& filter) const {
    std::vector<int> present;
    for (size_t i = 0; i < atoms_.size(); ++i)
        if (filter.MayContain(atoms_[i])) present.push_back(static_cast<int>(i));
    if (present.size() == atoms_.size()) return true;
    std::vector<int> may_match;
    filtered_->AllPotentials(present, &may_match);
    return !may_match.empty();
}

bool TermMatcher::MayBeIn(const GramFilter& filter) const {
    if (form_ == TextTerm::Form::kRegex) return !filtered_ || AtomsMayMatch(filter);
    return filter.MayContain(grams_);
}

bool TermMatcher::Prunes() const {
    if (form_ != TextTerm::Form::kRegex) return !grams_.Empty();
    if (!filtered_) return false;
    std::vector<int> may_match;
    filtered_->AllPotentials({}, &may_match);
    return may_match.empty();
}

// A text without a backslash is in JSON as it is, and so are the letters of anything else.
bool TermMatcher::MayBeInJson(std::string_view text) const {
    return !letters_ || text.contains('\\') || letters_->In(text);
}

bool TermMatcher::MayBeInEscaped(std::string_view json) const {
    return !needle_ || needle_->In(json) || json.contains('\\');
}

}  // namespace dagy::lake
