#include "base/exact_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

namespace dagy {
namespace {

constexpr size_t kDepthMax = 128;

bool IsDigit(char c) {
    return c >= '0' && c <= '9';
}

/// What a number's text says: digits without zeros at their ends, times ten to a power.
struct Decimal {
    std::string digits;
    int64_t power = 0;
    bool operator==(const Decimal&) const = default;
};

/// Nothing for a power that no number needs.
std::optional<Decimal> DecimalOf(std::string_view text) {
    Decimal decimal;
    bool fraction = false;
    size_t at = text.starts_with('-') ? 1 : 0;
    for (; at < text.size() && (IsDigit(text[at]) || text[at] == '.'); ++at) {
        if (text[at] == '.') {
            fraction = true;
            continue;
        }
        if (!decimal.digits.empty() || text[at] != '0') decimal.digits += text[at];
        if (fraction) --decimal.power;
    }
    if (at < text.size()) {
        const char* begin = text.data() + at + 1;
        const char* end = text.data() + text.size();
        if (begin < end && *begin == '+') ++begin;
        int64_t power = 0;
        if (std::from_chars(begin, end, power).ec != std::errc() || std::abs(power) > 1'000'000) return std::nullopt;
        decimal.power += power;
    }
    while (decimal.digits.ends_with('0')) {
        decimal.digits.pop_back();
        ++decimal.power;
    }
    if (decimal.digits.empty()) decimal.power = 0;
    return decimal;
}

/// Whether the double says all that the text says. A whole number has to be one of 64 bits for that.
bool Holds(double number, std::string_view text) {
    const bool power = text.find_first_of("eE") != std::string_view::npos;
    if (!std::isfinite(number) || (!power && !text.contains('.'))) return false;
    if (!power && text.size() <= 16) return true;  // at most 15 digits, which doubles always tell apart
    const std::optional<Decimal> said = DecimalOf(text);
    return said && said == DecimalOf(fmt::format("{}", number));
}

/// Builds a value out of what the parser tells.
struct Builder {
    static constexpr size_t max_object_size = static_cast<size_t>(-1);
    static constexpr size_t max_array_size = static_cast<size_t>(-1);
    static constexpr size_t max_key_size = static_cast<size_t>(-1);
    static constexpr size_t max_string_size = static_cast<size_t>(-1);
    using Code = boost::system::error_code;
    using View = json::string_view;

    bool on_document_begin(Code&) {
        stack.reset();
        return true;
    }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(size_t count, Code&) {
        stack.push_object(count);
        return true;
    }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(size_t count, Code&) {
        stack.push_array(count);
        return true;
    }
    bool on_key_part(View part, size_t, Code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_key(View rest, size_t, Code&) {
        stack.push_key(rest);
        return true;
    }
    bool on_string_part(View part, size_t, Code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_string(View rest, size_t, Code&) {
        stack.push_string(rest);
        return true;
    }
    bool on_number_part(View part, Code&) {
        number.append(part.data(), part.size());
        return true;
    }
    bool on_int64(int64_t value, View, Code&) {
        number.clear();
        stack.push_int64(value);
        return true;
    }
    bool on_uint64(uint64_t value, View, Code&) {
        number.clear();
        stack.push_uint64(value);
        return true;
    }
    bool on_double(double value, View rest, Code&) {
        number.append(rest.data(), rest.size());
        if (Holds(value, number)) {
            stack.push_double(value);
        } else {
            stack.push_key(View(kExactMember.data(), kExactMember.size()));
            stack.push_string(View(number.data(), number.size()));
            stack.push_object(1);
        }
        number.clear();
        return true;
    }
    bool on_bool(bool value, Code&) {
        stack.push_bool(value);
        return true;
    }
    bool on_null(Code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(View, Code&) { return true; }
    bool on_comment(View, Code&) { return true; }

    json::value_stack stack;
    std::string number;
};

void Append(std::string& out, const json::value& value);

void AppendText(std::string& out, std::string_view text) {
    static constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
    out += '"';
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') {
            out += c;
        } else if (const size_t known = kEscaped.find(c); known != std::string_view::npos) {
            out += '\\';
            out += kLetters[known];
        } else {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        }
    }
    out += '"';
}

// As short as can be; a whole one keeps its point, so that it is read as a double again.
void AppendDouble(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    const std::string text = fmt::format("{}", number);
    out += text;
    if (text.find_first_of(".e") == std::string::npos) out += ".0";
}

void AppendObject(std::string& out, const json::object& object) {
    out += '{';
    for (bool first = true; const auto& member : object) {
        if (!std::exchange(first, false)) out += ',';
        AppendText(out, member.key());
        out += ':';
        Append(out, member.value());
    }
    out += '}';
}

void Append(std::string& out, const json::value& value) {
    switch (value.kind()) {
        case json::kind::string:
            return AppendText(out, value.get_string());
        case json::kind::double_:
            return AppendDouble(out, value.get_double());
        case json::kind::object:
            if (const auto number = ExactText(value))
                out += *number;
            else
                AppendObject(out, value.get_object());
            return;
        case json::kind::array: {
            out += '[';
            for (bool first = true; const json::value& one : value.get_array()) {
                if (!std::exchange(first, false)) out += ',';
                Append(out, one);
            }
            out += ']';
            return;
        }
        case json::kind::int64:
            fmt::format_to(std::back_inserter(out), "{}", value.get_int64());
            return;
        case json::kind::uint64:
            fmt::format_to(std::back_inserter(out), "{}", value.get_uint64());
            return;
        case json::kind::bool_:
            out += value.get_bool() ? "true" : "false";
            return;
        case json::kind::null:
            out += "null";
    }
}

json::parse_options Options() {
    json::parse_options options;
    options.max_depth = kDepthMax;
    return options;
}

}  // namespace

json::value ParseExact(std::string_view text, boost::system::error_code& failed) {
    json::basic_parser<Builder> parser(Options());
    const size_t used = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) failed = json::error::extra_data;
    if (failed) return nullptr;
    return parser.handler().stack.release();
}

std::string SerializeExact(const json::value& value) {
    std::string text;
    Append(text, value);
    return text;
}

std::optional<std::string_view> ExactText(const json::value& value) {
    const json::object* object = value.if_object();
    if (object == nullptr || object->size() != 1 || object->begin()->key() != kExactMember) return std::nullopt;
    const json::string* text = object->begin()->value().if_string();
    return text != nullptr ? std::optional<std::string_view>(*text) : std::nullopt;
}

bool HasExactMember(const json::value& value) {
    if (const json::array* array = value.if_array()) return std::ranges::any_of(*array, HasExactMember);
    const json::object* object = value.if_object();
    return object != nullptr && std::ranges::any_of(*object, [](const auto& member) {
               return member.key() == kExactMember || HasExactMember(member.value());
           });
}

}  // namespace dagy
