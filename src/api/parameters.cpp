#include "api/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/time.h"

namespace dagy::api {
namespace {

std::string WrongInteger(const Parameter& parameter, const std::string& value) {
    int64_t number = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (failed != std::errc{} || end != value.data() + value.size())
        return fmt::format("must be a whole number, not `{}`", value);
    if (parameter.minimum && number < *parameter.minimum)
        return fmt::format("must be at least {}, not {}", *parameter.minimum, number);
    if (parameter.maximum && number > *parameter.maximum)
        return fmt::format("must be at most {}, not {}", *parameter.maximum, number);
    return {};
}

/// Of UTF-8.
size_t CharactersOf(std::string_view text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// What is wrong with the value; empty if nothing.
std::string Wrong(const Parameter& parameter, const std::string& value) {
    if (!IsPlainText(value)) return "must be UTF-8 text without NUL";
    if (CharactersOf(value) > parameter.length_max)
        return fmt::format("must be at most {} characters long", parameter.length_max);
    if (parameter.type == Type::kInteger) return WrongInteger(parameter, value);
    if (parameter.type == Type::kBoolean && value != "true" && value != "false")
        return fmt::format("must be true or false, not `{}`", value);
    if (parameter.type == Type::kDate && !ParseDate(value))
        return fmt::format("must be a date YYYY-MM-DD, not `{}`", value);
    if (parameter.required && value.empty()) return "must not be empty";
    if (!parameter.allowed.empty() && std::ranges::find(parameter.allowed, value) == parameter.allowed.end()) {
        return fmt::format("must be one of {}, not `{}`", fmt::join(parameter.allowed, ", "), value);
    }
    return {};
}

std::vector<std::string> Sent(const net::Request& request, const Parameter& parameter) {
    std::vector<std::string> values;
    if (parameter.in == In::kPath) {
        const auto found = request.path_parameters.find(parameter.name);
        if (found != request.path_parameters.end()) values.push_back(found->second);
    } else if (parameter.in == In::kHeader) {
        std::string lower = parameter.name;
        std::ranges::transform(lower, lower.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (auto value = request.Header(lower)) values.push_back(std::move(*value));
    } else {
        for (const auto& [name, value] : request.query) {
            if (name == parameter.name) values.push_back(value);
        }
    }
    return values;
}

void Take(Call& call, const Parameter& parameter, std::vector<Fault>& faults) {
    const auto values = Sent(call.request, parameter);
    const auto fault = [&](std::string message) {
        faults.push_back({.parameter = parameter.name, .message = std::move(message)});
    };
    if (values.empty()) {
        if (parameter.required) fault("is required");
        return;
    }
    if (values.size() > 1) return fault("is given more than once");
    const std::string wrong = Wrong(parameter, values.front());
    if (!wrong.empty()) return fault(wrong);
    call.Set(parameter.name, values.front());
}

/// The printable part of a name that a client made up.
std::string Shown(const std::string& name) {
    return IsPlainText(name) ? name.substr(0, 80) : "?";
}

}  // namespace

bool IsPlainText(std::string_view text) {
    for (size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead == 0) return false;
        const size_t length = lead < 0x80   ? 1
                              : lead < 0xc2 ? 0
                              : lead < 0xe0 ? 2
                              : lead < 0xf0 ? 3
                              : lead < 0xf5 ? 4
                                            : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        }
        const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
        const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
        const bool surrogate = lead == 0xed && second >= 0xa0;
        if (overlong || surrogate || (lead == 0xf4 && second >= 0x90)) return false;
        i += length;
    }
    return true;
}

std::vector<Fault> TakeParameters(Call& call) {
    std::vector<Fault> faults;
    for (const Parameter& parameter : call.route.parameters) Take(call, parameter, faults);
    for (const auto& [name, value] : call.request.query) {
        const bool known = std::ranges::any_of(
            call.route.parameters, [&](const Parameter& p) { return p.in == In::kQuery && p.name == name; });
        if (!known) faults.push_back({.parameter = Shown(name), .message = "is not a parameter of this operation"});
    }
    return faults;
}

}  // namespace dagy::api
