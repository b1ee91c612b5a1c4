#include "lake/term_matcher.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/error.h"
#include "lake/utf8.h"

namespace dagy::lake {
namespace {

std::unique_ptr<re2::RE2> CompileRegex(const std::string& text) {
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    auto regex = std::make_unique<RE2>(text, options);
    if (regex->ok()) return regex;
    const size_t at = regex->error_arg().empty() ? std::string::npos : text.find(regex->error_arg());
    throw Error(ErrorCode::kInvalidInput,
                fmt::format("the regular expression /{}/ is not one: {}{}", text, regex->error(),
                            at == std::string::npos ? "" : fmt::format(", at byte {}", at)),
                "see RE2's syntax; a backslash before a character takes it as it is");
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
      pattern_(term.text),
      regex_(term.form == TextTerm::Form::kRegex ? CompileRegex(term.text) : nullptr) {}
TermMatcher::~TermMatcher() = default;
TermMatcher::TermMatcher(TermMatcher&&) noexcept = default;

bool TermMatcher::In(std::string_view text) const {
    switch (form_) {
        case TextTerm::Form::kSubstring:
            return pattern_.In(text);
        case TextTerm::Form::kWord:
            return FindWord(text).has_value();
        case TextTerm::Form::kRegex:
            return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex_);
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

}  // namespace dagy::lake
