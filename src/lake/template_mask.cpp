#include "lake/template_mask.h"

#include <algorithm>
#include <array>
#include <span>

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

/// A word that stands for a value by its form alone. `kinds`: of all its bytes.
bool LooksVariable(std::string_view word, uint8_t kinds) {
    if ((kinds & kDigit) != 0) return true;
    if ((kinds & kSlash) != 0 && std::count(word.begin(), word.end(), '/') >= 2) return true;
    if (kinds == kHexLetter && word.size() >= 6) return true;
    if ((kinds & kDot) != 0) {
        const size_t dot = word.rfind('.');
        if (dot > 0 && IsHostEnding(word.substr(dot + 1))) return true;
    }
    return IsCalendarWord(word);
}

}  // namespace

void TemplateMask::Split() {
    using Kind = Token::Kind;
    if (tokens_.size() < line_.size()) tokens_.resize(line_.size());
    count_ = 0;
    has_groups_ = false;
    bool after_a_blank = false;
    for (size_t i = 0; i < line_.size();) {
        const size_t begin = i;
        uint8_t kinds = KindOf(line_[i++]);
        if (kinds == kBlank) {
            after_a_blank = true;
            continue;
        }
        Kind kind = Kind::kPunctuation;
        if (kinds == kMark) {
            has_groups_ |= line_[begin] == ')';
        } else {
            for (; i < line_.size(); ++i) {
                const uint8_t next = KindOf(line_[i]);
                if ((next & (kBlank | kMark)) != 0) break;
                kinds |= next;
            }
            const std::string_view word = line_.substr(begin, i - begin);
            const bool is_value = LooksVariable(word, kinds) || (!after_a_blank && FollowsAKey(word.size(), kinds));
            kind = is_value ? Kind::kVariable : Kind::kWord;
        }
        tokens_[count_++] = {static_cast<uint16_t>(begin), static_cast<uint16_t>(i - begin), kind, after_a_blank};
        after_a_blank = false;
    }
}

/// Right after the tokens so far: `key=value`, and the letter-only pieces of an address such as fe80::fecd:1.
bool TemplateMask::FollowsAKey(size_t word_bytes, uint8_t kinds) const {
    if (count_ == 0) return false;
    const Token& before = tokens_[count_ - 1];
    const char mark = Mark(before);
    if (mark != ':') return mark == '=';
    return word_bytes <= 4 && kinds == kHexLetter && count_ >= 2 && !before.after_a_blank &&
           tokens_[count_ - 2].kind == Token::Kind::kVariable;
}

/// `(10.0.0.7)`, `(33.2 KB)`, `()`: a group of nothing but values goes whole, so that a line with it and one without
/// are the same.
void TemplateMask::DropVariableGroups() {
    using Kind = Token::Kind;
    open_.clear();
    for (size_t i = 0; i < count_; ++i) {
        const char mark = Mark(tokens_[i]);
        if (IsOpening(mark)) open_.push_back(i);
        if (!IsClosing(mark) || open_.empty()) continue;
        const std::span<Token> group = std::span(tokens_).subspan(open_.back(), i + 1 - open_.back());
        open_.pop_back();
        if (mark != ')') continue;
        const bool only_values =
            std::ranges::all_of(group, [&](const Token& t) { return t.kind != Kind::kWord || IsUnit(Text(t)); });
        if (!only_values) continue;
        for (Token& token : group) token.kind = Kind::kGone;
    }
}

/// Drops what is gone, units of values, and all but one of values with nothing but marks between them: a list, a time,
/// an address with its port.
void TemplateMask::JoinValues() {
    using Kind = Token::Kind;
    size_t kept = 0;
    for (size_t i = 0; i < count_; ++i) {
        const Token token = tokens_[i];
        if (token.kind == Kind::kGone) continue;
        if (token.kind == Kind::kWord && kept > 0 && tokens_[kept - 1].kind == Kind::kVariable && IsUnit(Text(token)))
            continue;
        if (token.kind == Kind::kVariable) {
            size_t back = kept;
            while (back > 0 && tokens_[back - 1].kind == Kind::kPunctuation && Mark(tokens_[back - 1]) != '=') --back;
            if (back > 0 && tokens_[back - 1].kind == Kind::kVariable) {
                kept = back;
                continue;
            }
        }
        tokens_[kept++] = token;
    }
    count_ = kept;
}

void TemplateMask::Write() {
    using Kind = Token::Kind;
    mask_.clear();
    bool star_before = false;
    for (const Token& token : std::span(tokens_).first(count_)) {
        if (token.kind == Kind::kPunctuation && IsSilent(Mark(token))) continue;
        const bool star = token.kind == Kind::kVariable;
        if (star && star_before) continue;
        star_before = star;
        if (!mask_.empty()) mask_ += ' ';
        if (star)
            mask_ += '*';
        else
            mask_ += Text(token);
    }
}

std::string_view TemplateMask::Apply(std::string_view line) {
    line_ = line.substr(0, kLineBytesMax);
    Split();
    if (has_groups_) DropVariableGroups();
    JoinValues();
    Write();
    return mask_;
}

int64_t TemplateId(std::string_view mask) {
    return static_cast<int64_t>(Hash64(mask) >> 11);
}

}  // namespace dagy::lake
