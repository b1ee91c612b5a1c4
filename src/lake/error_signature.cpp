#include "lake/error_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "lake/template_mask.h"
#include "lake/user_code.h"

namespace dagy::lake {
namespace {

constexpr size_t kCodeDigitsMax = 5;

bool IsAlnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view FirstLine(std::string_view text) {
    return text.substr(0, text.find('\n'));
}

std::string_view Trimmed(std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string_view AfterLast(std::string_view text, std::string_view ends) {
    return text.substr(text.find_last_of(ends) + 1);
}

/// Words whose number is a code, not a value.
bool AnnouncesACode(std::string_view word) {
    static constexpr std::array<std::string_view, 9> kWords{"code", "errno",    "status",  "exit", "signal",
                                                            "http", "sqlstate", "sqlcode", "error"};
    return std::ranges::any_of(kWords, [&](std::string_view one) {
        return std::ranges::equal(word, one, [](char a, char b) { return (a | 0x20) == b; });
    });
}

/// SQL's are digits and capitals, always five.
bool IsCode(std::string_view word, std::string_view announced_by) {
    if (announced_by.size() == 8 && word.size() == 5 && IsDigit(word[0]))
        return std::ranges::all_of(word, [](char c) { return IsDigit(c) || (c >= 'A' && c <= 'Z'); });
    return word.size() <= kCodeDigitsMax && std::ranges::all_of(word, IsDigit);
}

/// A URL is one value, its scheme and its query too; to the mask it would be several words.
std::string WithoutUrls(std::string_view line) {
    std::string kept;
    for (size_t mark = line.find("://"); mark != std::string_view::npos; mark = line.find("://")) {
        size_t begin = mark;
        while (begin > 0 && IsAlnum(line[begin - 1])) --begin;
        kept += line.substr(0, begin);
        kept += '*';
        line.remove_prefix(std::min(line.size(), line.find_first_of(" \t\"'<>)]}", mark)));
    }
    return kept += line;
}

struct Place {
    std::string_view file, function;
};

/// `  File "/opt/dags/a.py", line 3, in load`
bool ReadPythonFrame(std::string_view line, Place& place) {
    constexpr std::string_view kFile = "File \"", kIn = ", in ";
    if (!line.starts_with(kFile)) return false;
    const size_t end = line.find('"', kFile.size());
    if (end == std::string_view::npos) return false;
    place.file = line.substr(kFile.size(), end - kFile.size());
    const size_t in = line.find(kIn, end);
    place.function = in == std::string_view::npos ? std::string_view() : line.substr(in + kIn.size());
    return true;
}

/// `at com.shop.Load.run(Load.scala:12)`
bool ReadJvmFrame(std::string_view line, Place& place) {
    constexpr std::string_view kAt = "at ";
    const size_t open = line.find('(');
    if (!line.starts_with(kAt) || open == std::string_view::npos || !line.ends_with(')')) return false;
    place.function = line.substr(kAt.size(), open - kAt.size());
    place.file = line.substr(open + 1, line.find_first_of(":)", open) - open - 1);
    return true;
}

/// What a traceback says: Python has the innermost frame last and then the message, Java the innermost frame first.
struct Trace {
    Place python, jvm;
    std::string_view last_line;
};

Trace ReadTrace(std::string_view text) {
    Trace trace;
    while (!text.empty()) {
        const std::string_view raw = FirstLine(text);
        text.remove_prefix(std::min(text.size(), raw.size() + 1));
        const std::string_view line = Trimmed(raw);
        Place place;
        if (ReadPythonFrame(line, place)) {
            if (IsUserFile(place.file)) trace.python = place;
        } else if (ReadJvmFrame(line, place)) {
            if (trace.jvm.file.empty() && IsUserMethod(place.function)) trace.jvm = place;
        } else if (!line.empty() && raw[0] != ' ' && raw[0] != '\t') {
            trace.last_line = line;
        }
    }
    return trace;
}

}  // namespace

std::string MessageShape(std::string_view message) {
    const std::string line = WithoutUrls(FirstLine(message));
    std::string shape(TemplateMask().Apply(line));
    std::string_view before;
    for (size_t at = 0; at < line.size();) {
        if (!IsAlnum(line[at])) {
            ++at;
            continue;
        }
        const size_t begin = at;
        while (at < line.size() && IsAlnum(line[at])) ++at;
        const std::string_view word = std::string_view(line).substr(begin, at - begin);
        if (AnnouncesACode(before) && IsCode(word, before)) shape += fmt::format("\n{}", word);
        before = word;
    }
    return shape;
}

std::string ErrorSignature(const ErrorParts& parts) {
    const std::string key = fmt::format("{}\n{}:{}\n{}", AfterLast(parts.type, ".$"), AfterLast(parts.file, "/\\"),
                                        AfterLast(parts.function, "."), MessageShape(parts.message));
    return fmt::format("{:016x}", Hash64(key));
}

std::string ErrorSignature(const model::ErrorRow& error) {
    const Trace trace = ReadTrace(error.traceback);
    const Place& place = trace.python.file.empty() ? trace.jvm : trace.python;
    ErrorParts parts{.type = error.error_type, .file = place.file, .function = place.function};
    parts.message = Trimmed(FirstLine(error.error_title.empty() ? error.error_detail : error.error_title));
    if (parts.type.empty() && parts.message.empty()) {
        const size_t colon = trace.last_line.find(": ");
        parts.type = trace.last_line.substr(0, colon);
        if (colon != std::string_view::npos) parts.message = trace.last_line.substr(colon + 2);
    }
    if (parts.type.empty() && parts.message.empty() && parts.file.empty()) return {};
    return ErrorSignature(parts);
}

}  // namespace dagy::lake
