#include "diagnose/knowledge_literals.h"

#include <algorithm>
#include <queue>

namespace dagy::diagnose {
namespace {

constexpr uint32_t kReports = 0x80000000u;

char Lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Behind the group or class that begins at `at`.
size_t SkipBracket(std::string_view regex, size_t at) {
    size_t end = at + 1;
    if (end < regex.size() && regex[end] == '^') ++end;
    if (end < regex.size() && regex[end] == ']') ++end;
    while (end < regex.size() && regex[end] != ']') end += regex[end] == '\\' ? 2 : 1;
    return std::min(end + 1, regex.size());
}

size_t SkipGroup(std::string_view regex, size_t at) {
    int depth = 0;
    for (size_t i = at; i < regex.size();) {
        const char c = regex[i];
        if (c == '\\')
            i += 2;
        else if (c == '[')
            i = SkipBracket(regex, i);
        else {
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            ++i;
            if (depth == 0) return i;
        }
    }
    return regex.size();
}

std::vector<std::string_view> TopAlternatives(std::string_view regex) {
    std::vector<std::string_view> parts;
    size_t begin = 0;
    for (size_t i = 0; i < regex.size();) {
        const char c = regex[i];
        if (c == '\\')
            i += 2;
        else if (c == '[')
            i = SkipBracket(regex, i);
        else if (c == '(')
            i = SkipGroup(regex, i);
        else {
            if (c == '|') {
                parts.push_back(regex.substr(begin, i - begin));
                begin = i + 1;
            }
            ++i;
        }
    }
    parts.push_back(regex.substr(std::min(begin, regex.size())));
    return parts;
}

bool IsOptional(std::string_view regex, size_t at) {
    return at < regex.size() && (regex[at] == '?' || regex[at] == '*' || regex.substr(at).starts_with("{0"));
}

size_t SkipQuantifier(std::string_view regex, size_t at) {
    if (at >= regex.size()) return at;
    if (regex[at] == '{')
        at = std::min(regex.find('}', at), regex.size() - 1) + 1;
    else if (regex[at] == '?' || regex[at] == '*' || regex[at] == '+')
        ++at;
    else
        return at;
    return at < regex.size() && regex[at] == '?' ? at + 1 : at;
}

/// The inside of a group, without `?:`, `?s:`, `?P<name>`.
std::string_view Inside(std::string_view group) {
    group = group.substr(1, group.size() - 2);
    if (const size_t flags = group.find_first_not_of("?imsU-");
        group.starts_with('?') && flags < group.size() && group[flags] == ':')
        return group.substr(flags + 1);
    if (group.starts_with("?P<")) return group.substr(group.find('>') + 1);
    return group;
}

size_t Shortest(const std::vector<std::string>& literals) {
    return literals.empty() ? 0 : std::ranges::min_element(literals, {}, &std::string::size)->size();
}

std::vector<std::string> LiteralsOf(std::string_view regex, bool exact_case);

/// Any of the alternatives may stand there: each needs a literal of its own.
std::vector<std::string> LiteralsOfAny(std::string_view regex, bool exact_case) {
    std::vector<std::string> all;
    for (const auto part : TopAlternatives(regex)) {
        auto some = LiteralsOf(part, exact_case);
        if (Shortest(some) < kLiteralMin) return {};
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// Of a regex without top-level alternatives: its longest run of plain characters, or those of a group that must match.
std::vector<std::string> LiteralsOf(std::string_view regex, bool exact_case) {
    std::string run, longest;
    std::vector<std::string> of_group;
    const auto close = [&] {
        if (run.size() > longest.size()) longest = run;
        run.clear();
    };
    for (size_t i = 0; i < regex.size();) {
        const char c = regex[i];
        if (c == '(') {
            const size_t end = SkipGroup(regex, i);
            close();
            if (!IsOptional(regex, end)) {
                auto some = LiteralsOfAny(Inside(regex.substr(i, end - i)), exact_case);
                if (Shortest(some) > Shortest(of_group)) of_group = std::move(some);
            }
            i = SkipQuantifier(regex, end);
        } else if (c == '[') {
            close();
            i = SkipQuantifier(regex, SkipBracket(regex, i));
        } else if (c == '^' || c == '$') {
            ++i;
        } else {
            const bool escaped = c == '\\' && i + 1 < regex.size();
            const char plain = escaped ? regex[i + 1] : c;
            const size_t after = i + (escaped ? 2 : 1);
            const bool word_edge = escaped && (plain == 'b' || plain == 'B');
            const bool is_class = escaped ? (plain >= 'a' && plain <= 'z') || (plain >= 'A' && plain <= 'Z') : c == '.';
            if (word_edge) {
            } else if (is_class || (static_cast<unsigned char>(plain) >= 128 && !exact_case) ||
                       IsOptional(regex, after)) {
                close();
            } else {
                run.push_back(Lower(plain));
                if (SkipQuantifier(regex, after) != after) close();
            }
            i = SkipQuantifier(regex, after);
        }
    }
    close();
    if (longest.size() >= kLiteralMin && (longest.size() >= 5 || Shortest(of_group) <= longest.size()))
        return {longest};
    return of_group;
}

}  // namespace

std::vector<Alternative> SplitAlternatives(std::string_view regex, bool exact_case) {
    std::vector<Alternative> alternatives;
    for (const auto part : TopAlternatives(regex)) {
        auto literals = LiteralsOf(part, exact_case);
        if (Shortest(literals) < kLiteralMin) literals.clear();
        for (auto& literal : literals) literal.resize(std::min(literal.size(), kLiteralMax));
        alternatives.push_back({std::string(part), std::move(literals)});
    }
    return alternatives;
}

LiteralMatcher::LiteralMatcher(const std::vector<std::string>& literals) {
    for (const auto& literal : literals)
        for (const char c : literal)
            if (fold_[static_cast<unsigned char>(c)] == 0)
                fold_[static_cast<unsigned char>(c)] = static_cast<uint8_t>(width_++);
    for (int c = 'A'; c <= 'Z'; ++c) fold_[c] = fold_[c + 32];

    next_.assign(width_, 0);
    found_.emplace_back();
    std::vector<uint32_t> fail{0};
    for (uint32_t id = 0; id < literals.size(); ++id) {
        uint32_t state = 0;
        for (const char c : literals[id]) {
            const size_t slot = state * width_ + fold_[static_cast<unsigned char>(c)];
            if (next_[slot] == 0) {
                next_[slot] = static_cast<uint32_t>(found_.size());
                next_.resize(next_.size() + width_, 0);
                found_.emplace_back();
                fail.push_back(0);
            }
            state = next_[slot];
        }
        found_[state].push_back(id);
    }
    std::queue<uint32_t> order;
    for (uint32_t c = 0; c < width_; ++c)
        if (next_[c] != 0) order.push(next_[c]);
    while (!order.empty()) {
        const uint32_t state = order.front();
        order.pop();
        const auto& inherited = found_[fail[state]];
        found_[state].insert(found_[state].end(), inherited.begin(), inherited.end());
        for (uint32_t c = 0; c < width_; ++c) {
            uint32_t& target = next_[state * width_ + c];
            const uint32_t fallback = next_[fail[state] * width_ + c];
            if (target == 0)
                target = fallback;
            else {
                fail[target] = fallback;
                order.push(target);
            }
        }
    }
    for (auto& target : next_) target = target * width_ | (found_[target].empty() ? 0 : kReports);
}

void LiteralMatcher::Find(std::string_view text, std::vector<uint32_t>& ids) const {
    uint32_t state = 0;
    for (const char c : text) {
        state = next_[(state & ~kReports) + fold_[static_cast<unsigned char>(c)]];
        if ((state & kReports) != 0) {
            const auto& found = found_[(state & ~kReports) / width_];
            ids.insert(ids.end(), found.begin(), found.end());
        }
    }
}

}  // namespace dagy::diagnose
