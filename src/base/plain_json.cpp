#include "base/plain_json.h"

#include <fmt/format.h>

#include <cmath>

#include "base/exact_json.h"

namespace dagy {
namespace {

void Add(std::string& out, const json::value& value) {
    if (const auto exact = ExactText(value)) {
        out += *exact;
    } else if (const json::object* object = value.if_object()) {
        out += '{';
        for (const auto& member : *object) {
            if (&member != object->begin()) out += ',';
            out += json::serialize(json::string(member.key())) + ":";
            Add(out, member.value());
        }
        out += '}';
    } else if (const json::array* array = value.if_array()) {
        out += '[';
        for (const json::value& item : *array) {
            if (&item != array->begin()) out += ',';
            Add(out, item);
        }
        out += ']';
    } else if (const double* number = value.if_double(); number != nullptr && std::isfinite(*number)) {
        out += fmt::format("{}", *number);
    } else {
        out += json::serialize(value);
    }
}

}  // namespace

std::string PlainJson(const json::value& value) {
    std::string text;
    Add(text, value);
    return text;
}

}  // namespace dagy
