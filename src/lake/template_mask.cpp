#include "lake/template_mask.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "lake/line_bytes.h"

namespace dagy::lake {
namespace {

template <size_t N>
bool OneOf(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsCalendarWord(std::string_view word) {
    static constexpr std::array<std::string_view, 26> kWords{
        "Mon", "Tue",    "Wed",     "Thu",       "Fri",      "Sat",    "Sun",      "Jan",   "Feb",
        "Mar", "Apr",    "May",     "Jun",       "Jul",      "Aug",    "Sep",      "Oct",   "Nov",
        "Dec", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    return word.size() >= 3 && word.size() <= 9 && word[0] >= 'A' && word[0] <= 'W' && OneOf(word, kWords);
}

bool IsUnit(std::string_view word) {
    static constexpr std::array<std::string_view, 33> kUnits{
        "B",   "KB",   "MB",    "GB",     "TB",      "KiB",  "MiB",  "GiB",    "ms",      "us", "ns",
        "s",   "sec",  "secs",  "second", "seconds", "min",  "mins", "minute", "minutes", "h",  "hr",
        "hrs", "hour", "hours", "%",      "KB/s",    "MB/s", "day",  "days",   "bps",     "kB", "Bytes"};
    return word.size() <= 7 && OneOf(word, kUnits);
}

bool IsHostEnding(std::string_view word) {
    static constexpr std::array<std::string_view, 26> kEndings{
        "com", "net", "org", "edu", "gov", "io", "cn",   "jp",      "de",    "uk",       "fr",   "ru",  "hk",
        "om",  "br",  "pl",  "biz", "us",  "eu", "info", "invalid", "local", "internal", "test", "lan", "example"};
    return OneOf(word, kEndings);
}

bool IsOpening(char c) {
    return c == '(' || c == '[';
}
bool IsClosing(char c) {
    return c == ')' || c == ']';
}

/// Brackets and quotes say nothing about which statement wrote a line.
bool IsSilent(char c) {
    return c != '=' && c != ':' && c != ',' && c != ';' && c != '|';
}

}  // namespace

bool LooksVariable(std::string_view word) {
    uint8_t seen = 0;
    int slashes = 0;
    size_t last_dot = std::string_view::npos;
    for (size_t i = 0; i < word.size(); ++i) {
        const char c = word[i];
        const uint8_t kind = KindOf(c);
        if (kind == kDigit) return true;
        seen |= kind;
        slashes += c == '/';
        if (c == '.') last_dot = i;
    }
    if (slashes >= 2) return true;
    if (seen == kHexLetter && word.size() >= 6) return true;
    if (last_dot != std::string_view::npos && last_dot > 0 && IsHostEnding(word.substr(last_dot + 1))) return true;
    return IsCalendarWord(word);
}

void TemplateMask::Split(std::string_view line) {
    using Kind = Token::Kind;
    tokens_.clear();
    for (size_t i = 0; i < line.size();) {
        const uint8_t kind = KindOf(line[i]);
        if (kind == kBlank) {
            tokens_.push_back({line.substr(i, 1), Kind::kSpace});
            while (i < line.size() && KindOf(line[i]) == kBlank) ++i;
            continue;
        }
        if (kind == kMark) {
            tokens_.push_back({line.substr(i, 1), Kind::kPunctuation});
            ++i;
            continue;
        }
        size_t end = i + 1;
        while (end < line.size() && (KindOf(line[end]) & (kBlank | kMark)) == 0) ++end;
        const std::string_view word = line.substr(i, end - i);
        const Token* before = tokens_.empty() ? nullptr : &tokens_.back();
        bool variable = LooksVariable(word);
        if (!variable && before != nullptr && before->kind == Kind::kPunctuation) {
            const char mark = before->text[0];
            // `key=value`, and the letter-only pieces of an address such as fe80::fecd:1.
            variable =
                mark == '=' || (mark == ':' && word.size() <= 4 && tokens_.size() >= 2 &&
                                tokens_[tokens_.size() - 2].kind == Kind::kVariable &&
                                std::all_of(word.begin(), word.end(), [](char c) { return KindOf(c) == kHexLetter; }));
        }
        tokens_.push_back({word, variable ? Kind::kVariable : Kind::kWord});
        i = end;
    }
}

/// `(10.0.0.7)`, `(33.2 KB)`, `()`: a group of nothing but values goes whole, so that a line with it and one without
/// are the same.
void TemplateMask::DropVariableGroups() {
    using Kind = Token::Kind;
    open_.clear();
    for (size_t i = 0; i < tokens_.size(); ++i) {
        if (tokens_[i].kind != Kind::kPunctuation) continue;
        const char mark = tokens_[i].text[0];
        if (IsOpening(mark)) open_.push_back(i);
        if (!IsClosing(mark) || open_.empty()) continue;
        const size_t from = open_.back();
        open_.pop_back();
        if (mark != ')') continue;
        const bool only_values = std::all_of(tokens_.begin() + static_cast<std::ptrdiff_t>(from) + 1,
                                             tokens_.begin() + static_cast<std::ptrdiff_t>(i),
                                             [](const Token& t) { return t.kind != Kind::kWord || IsUnit(t.text); });
        if (!only_values) continue;
        for (size_t k = from; k <= i; ++k) tokens_[k].kind = Kind::kGone;
    }
}

void TemplateMask::Emit() {
    using Kind = Token::Kind;
    kept_.clear();
    for (const Token& token : tokens_) {
        if (token.kind == Kind::kSpace || token.kind == Kind::kGone) continue;
        const bool after_value = !kept_.empty() && kept_.back()->kind == Kind::kVariable;
        if (token.kind == Kind::kWord && after_value && IsUnit(token.text)) continue;
        if (token.kind == Kind::kVariable) {
            // Values with nothing but marks between them are one value: a list, a time, an address with its port.
            size_t back = kept_.size();
            while (back > 0 && kept_[back - 1]->kind == Kind::kPunctuation && kept_[back - 1]->text[0] != '=') --back;
            if (back > 0 && kept_[back - 1]->kind == Kind::kVariable) {
                kept_.resize(back);
                continue;
            }
        }
        kept_.push_back(&token);
    }
    mask_.clear();
    bool star_before = false;
    for (const Token* token : kept_) {
        if (token->kind == Kind::kPunctuation && IsSilent(token->text[0])) continue;
        const bool star = token->kind == Kind::kVariable;
        if (star && star_before) continue;
        star_before = star;
        if (!mask_.empty()) mask_ += ' ';
        if (star)
            mask_ += '*';
        else
            mask_ += token->text;
    }
}

std::string_view TemplateMask::Apply(std::string_view line) {
    Split(line.substr(0, kLineBytesMax));
    DropVariableGroups();
    Emit();
    return mask_;
}

int64_t TemplateId(std::string_view mask) {
    return static_cast<int64_t>(Hash64(mask) >> 11);
}

}  // namespace dagy::lake
