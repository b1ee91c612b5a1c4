#include "diagnose/wording/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"

namespace dagy::diagnose {
namespace {

constexpr size_t kSentencesMax = 24, kSentenceBytesMax = 400, kRefsMax = 8;

std::string Lower(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return lower;
}

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

/// Between spaces, without the punctuation around it.
std::vector<std::string_view> WordsOf(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    constexpr std::string_view kAround = ".,;:!?()[]{}<>\"'`*…";
    std::vector<std::string_view> words;
    while (true) {
        const size_t begin = text.find_first_not_of(kSpace);
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        std::string_view word = text.substr(0, text.find_first_of(kSpace));
        text.remove_prefix(word.size());
        while (!word.empty() && kAround.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
        while (!word.empty() && kAround.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
        if (!word.empty()) words.push_back(word);
    }
}

std::set<std::string, std::less<>> NumbersOf(std::string_view text) {
    std::set<std::string, std::less<>> numbers;
    for (size_t i = 0; i < text.size();) {
        if (!IsDigit(text[i])) {
            ++i;
            continue;
        }
        size_t end = i;
        while (end < text.size() &&
               (IsDigit(text[end]) || (text[end] == '.' && end + 1 < text.size() && IsDigit(text[end + 1]) && end > i)))
            ++end;
        numbers.emplace(text.substr(i, end - i));
        i = end;
    }
    return numbers;
}

std::string_view NumberSaid(std::string_view lower_word) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kSaid{{{"two", "2"},
                                                                                   {"three", "3"},
                                                                                   {"four", "4"},
                                                                                   {"five", "5"},
                                                                                   {"six", "6"},
                                                                                   {"seven", "7"},
                                                                                   {"eight", "8"},
                                                                                   {"nine", "9"},
                                                                                   {"ten", "10"},
                                                                                   {"eleven", "11"},
                                                                                   {"twelve", "12"},
                                                                                   {"dozen", "12"},
                                                                                   {"twice", "2"},
                                                                                   {"hundred", "100"},
                                                                                   {"hundreds", "100"},
                                                                                   {"thousand", "1000"},
                                                                                   {"million", "1000000"}}};
    const auto* found = std::ranges::find(kSaid, lower_word, &std::pair<std::string_view, std::string_view>::first);
    return found == kSaid.end() ? std::string_view{} : found->second;
}

/// Something that is called so: it must stand letter by letter in what is cited.
bool IsName(std::string_view word, bool begins_sentence) {
    const bool has_digit = std::ranges::any_of(word, IsDigit), has_letter = std::ranges::any_of(word, IsLetter);
    if (has_digit && (has_letter || word.find_first_of("-:/_") != std::string_view::npos)) return true;
    if (word.find_first_of("_/:=@\\.$&|") != std::string_view::npos) return true;
    const auto uppers = std::ranges::count_if(word, IsUpper);
    return uppers > 1 || (uppers == 1 && !(begins_sentence && IsUpper(word.front())));
}

bool IsPlain(std::string_view lower_word) {
    constexpr std::array<std::string_view, 50> kPlain{
        "about",   "after",  "again", "also",  "because", "been",  "before", "both",  "cannot", "could",
        "does",    "during", "each",  "every", "from",    "have",  "having", "here",  "into",   "itself",
        "make",    "more",   "most",  "only",  "other",   "same",  "should", "since", "some",   "such",
        "than",    "that",   "their", "them",  "then",    "there", "these",  "they",  "this",   "those",
        "through", "until",  "were",  "what",  "when",    "where", "which",  "while", "with",   "would"};
    return lower_word.size() < 4 || std::ranges::find(kPlain, lower_word) != kPlain.end();
}

/// Runs of letters that mean something, in lower case.
std::set<std::string, std::less<>> TermsOf(std::string_view lower) {
    std::set<std::string, std::less<>> terms;
    while (!lower.empty()) {
        const auto* end = std::ranges::find_if_not(lower, IsLetter);
        const std::string_view word = lower.substr(0, static_cast<size_t>(end - lower.begin()));
        if (!IsPlain(word)) terms.emplace(word);
        lower.remove_prefix(std::min(word.size() + 1, lower.size()));
    }
    return terms;
}

/// `connected` is held by `connection`: they begin alike, but for their endings.
bool IsHeld(std::string_view term, const std::set<std::string, std::less<>>& by) {
    constexpr size_t kBeginning = 4;
    for (auto other = by.lower_bound(term.substr(0, kBeginning));
         other != by.end() && other->starts_with(term.substr(0, kBeginning)); ++other) {
        const size_t shorter = std::min(term.size(), other->size());
        const auto same =
            std::mismatch(term.begin(), term.begin() + static_cast<std::ptrdiff_t>(shorter), other->begin()).first -
            term.begin();
        if (static_cast<size_t>(same) + 2 >= shorter) return true;
    }
    return false;
}

bool Denies(std::string_view lower) {
    for (const std::string_view word : WordsOf(lower)) {
        if (word == "not" || word == "no" || word == "never" || word == "none" || word == "nothing" ||
            word == "nobody" || word == "without" || word == "neither" || word == "nor" || word == "cannot" ||
            word.ends_with("n't") || word.ends_with("n’t"))
            return true;
    }
    return false;
}

/// What stands in backticks or double quotes.
std::vector<std::string_view> QuotesIn(std::string_view text) {
    std::vector<std::string_view> quotes;
    for (const char mark : {'`', '"'}) {
        size_t at = 0;
        while ((at = text.find(mark, at)) != std::string_view::npos) {
            const size_t end = text.find(mark, at + 1);
            if (end == std::string_view::npos) break;
            quotes.push_back(text.substr(at + 1, end - at - 1));
            at = end + 1;
        }
    }
    return quotes;
}

/// Control characters, and those of Unicode that nobody sees or that turn text around.
bool HoldsHidden(std::string_view text) {
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
        return true;
    for (size_t at = text.find('\xE2'); at != std::string_view::npos && at + 2 < text.size();
         at = text.find('\xE2', at + 1)) {
        const auto second = static_cast<unsigned char>(text[at + 1]), third = static_cast<unsigned char>(text[at + 2]);
        if (second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE))) return true;
        if (second == 0x81 && third >= 0xA0 && third <= 0xAF) return true;
    }
    return text.find("\xEF\xBB\xBF") != std::string_view::npos;
}

std::string FormFault(const WordedSentence& sentence) {
    const std::string& text = sentence.text;
    if (sentence.field != "summary" && sentence.field != "root_cause" && sentence.field != "suggested_fix")
        return "is for a field that nobody asked for";
    if (text.empty()) return "is empty";
    if (text.size() > kSentenceBytesMax) return fmt::format("is longer than {} bytes", kSentenceBytesMax);
    if (HoldsHidden(text)) return "holds control characters";
    if (text.find_first_of("<>[]{}#|") != std::string::npos || text.find("://") != std::string::npos)
        return "holds a link or markup";
    if (SpeaksToItsReader(text)) return "speaks in the voice of an instruction or of a verdict in the log";
    return {};
}

}  // namespace

std::vector<WordedSentence> ReadAnswer(const std::string& answer) {
    const Error other(ErrorCode::kInvalidInput, "the model's answer is not of the form that it was asked for");
    const size_t begin = answer.find('{'), end = answer.rfind('}');
    if (begin == std::string::npos || end == std::string::npos || end < begin) throw other;
    json::value parsed;
    try {
        parsed = ParseJson(answer.substr(begin, end - begin + 1), "the model's answer");
    } catch (const Error&) {
        throw other;
    }
    const json::array* list = parsed.is_object() ? GetArray(parsed.as_object(), "sentences") : nullptr;
    if (list == nullptr) throw other;
    std::vector<WordedSentence> sentences;
    for (const json::value& value : *list) {
        if (sentences.size() >= kSentencesMax) break;
        if (!value.is_object()) throw other;
        const json::object& said = value.as_object();
        WordedSentence sentence{.field = StringOr(said, "field"), .text = StringOr(said, "text"), .refs = {}};
        if (const json::array* refs = GetArray(said, "refs")) {
            for (const json::value& ref : *refs) {
                if (!ref.is_string()) throw other;
                sentence.refs.emplace_back(ref.as_string());
            }
        }
        sentences.push_back(std::move(sentence));
    }
    return sentences;
}

std::string FaultOf(const WordedSentence& sentence, const WordingBrief& brief) {
    if (std::string fault = FormFault(sentence); !fault.empty()) return fault;
    if (sentence.refs.empty()) return "cites nothing";
    if (sentence.refs.size() > kRefsMax) return fmt::format("cites more than {} refs", kRefsMax);
    std::string support = brief.facts;
    for (const std::string& ref : sentence.refs) {
        const auto found = brief.by_ref.find(ref);
        if (found == brief.by_ref.end()) return "cites a ref that does not exist";
        support += found->second;
    }
    if (sentence.field == "suggested_fix") support += brief.advice;
    support = Lower(support);

    for (const std::string_view quote : QuotesIn(sentence.text))
        if (support.find(Lower(quote)) == std::string::npos) return "quotes what its refs do not hold";
    const auto numbers = NumbersOf(support);
    for (const std::string& number : NumbersOf(sentence.text))
        if (!numbers.contains(number)) return "holds a number that its refs do not hold";

    bool first = true;
    for (const std::string_view word : WordsOf(sentence.text)) {
        const std::string lower = Lower(word);
        if (const auto number = NumberSaid(lower);
            !number.empty() && !numbers.contains(number) && support.find(lower) == std::string::npos)
            return "holds a number that its refs do not hold";
        if (IsName(word, first) && support.find(lower) == std::string::npos)
            return "holds a name that its refs do not hold";
        first = false;
    }
    const auto terms = TermsOf(Lower(sentence.text)), known = TermsOf(support + Lower(brief.story + brief.advice));
    if (terms.empty()) return "says nothing";
    const auto held = std::ranges::count_if(terms, [&](const std::string& term) { return IsHeld(term, known); });
    if (static_cast<size_t>(held) * 3 < terms.size() * 2) return "says what its refs do not say";
    if (Denies(Lower(sentence.text)) && !Denies(support)) return "denies what its refs do not deny";
    return {};
}

}  // namespace dagy::diagnose
