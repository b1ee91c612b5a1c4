#include "search/query_scanner.h"

#include <algorithm>

namespace dagy::search {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

bool IsLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsNameByte(char c) {
    return IsLetter(c) || (c >= '0' && c <= '9') || c == '.';
}

}  // namespace

bool QueryScanner::SpaceAt(size_t ahead) const {
    return at_ + ahead >= text_.size() || kSpace.contains(text_[at_ + ahead]);
}

void QueryScanner::SkipSpace() {
    at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
}

std::string_view QueryScanner::Rest(size_t ahead) const {
    const size_t from = std::min(at_ + ahead, text_.size());
    return text_.substr(from, text_.find_first_of(kSpace, from) - from);
}

std::string QueryScanner::Word() {
    const std::string word(Rest());
    at_ += word.size();
    return word;
}

std::string QueryScanner::ListWord() {
    const std::string_view rest = Rest();
    const std::string word(rest.substr(0, rest.find(',')));
    at_ += word.size();
    return word;
}

std::optional<std::string> QueryScanner::Quoted() {
    std::string inside;
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
        if (text_[i] == '"') {
            at_ = i + 1;
            return inside;
        }
        const bool escaped = text_[i] == '\\' && i + 1 < text_.size() && (text_[i + 1] == '"' || text_[i + 1] == '\\');
        if (escaped) ++i;
        inside += text_[i];
    }
    return std::nullopt;
}

size_t QueryScanner::NextSlash() const {
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
        if (text_[i] == '/') return i;
        if (text_[i] == '\\') ++i;
    }
    return std::string_view::npos;
}

QueryScanner::Slashes QueryScanner::WhatSlash() const {
    const size_t next = NextSlash();
    if (next == std::string_view::npos) return Slashes::kUnclosed;
    if (SpaceAt(next + 1 - at_)) return Slashes::kRegex;
    return next < at_ + Rest().size() ? Slashes::kPath : Slashes::kUnclosed;
}

std::string QueryScanner::Regex() {
    const size_t end = NextSlash();
    std::string inside;
    for (size_t i = at_ + 1; i < end; ++i) {
        if (text_[i] == '\\' && text_[i + 1] != '/')
            inside += text_[i++];
        else if (text_[i] == '\\')
            ++i;
        inside += text_[i];
    }
    at_ = end + 1;
    return inside;
}

std::string_view QueryScanner::Name() const {
    if (!IsLetter(Peek())) return {};
    size_t length = 1;
    while (IsNameByte(Peek(length))) ++length;
    return text_.substr(at_, length);
}

std::string_view QueryScanner::Operator(size_t ahead) const {
    const char c = Peek(ahead);
    if (c == ':' || c == '=') return text_.substr(at_ + ahead, 1);
    if (c == '<' || c == '>') return text_.substr(at_ + ahead, Peek(ahead + 1) == '=' ? 2 : 1);
    return {};
}

}  // namespace dagy::search
