#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "api/parameters.h"
#include "api/schemas.h"
#include "base/error.h"
#include "base/time.h"

namespace dagy::api {
namespace {

constexpr double kExactMax = 9007199254740992.0;  // 2^53

const json::object& Named(std::string_view name) {
    const json::value* schema = Schemas().if_contains(name);
    if (schema == nullptr) throw Error(ErrorCode::kInternal, "a bug", {}, fmt::format("no schema is called {}", name));
    return schema->as_object();
}

std::string_view TypeName(const json::value& value) {
    if (value.is_string()) return "string";
    if (value.is_bool()) return "boolean";
    if (value.is_int64() || value.is_uint64()) return "integer";
    if (value.is_double()) return "number";
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    return "null";
}

bool HasType(const json::value& value, std::string_view wanted) {
    const std::string_view is = TypeName(value);
    return is == wanted || (wanted == "number" && is == "integer");
}

std::string Step(const std::string& pointer, std::string_view member) {
    std::string step = pointer + "/";
    for (const char c : member) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return step;
}

class BodyCheck {
  public:
    explicit BodyCheck(std::vector<Fault>& faults) : faults_(faults) {}

    void Check(const json::value& value, const json::object& schema, const std::string& pointer) {
        if (const auto ref = GetString(schema, "$ref")) {
            return Check(value, Named(std::string_view(*ref).substr(ref->rfind('/') + 1)), pointer);
        }
        if (!CheckType(value, schema, pointer)) return;
        CheckEnum(value, schema, pointer);
        if (const json::string* text = value.if_string()) CheckText(*text, schema, pointer);
        if (value.is_number()) CheckNumber(value, schema, pointer);
        if (const json::object* object = value.if_object()) CheckObject(*object, schema, pointer);
        if (const json::array* array = value.if_array()) CheckArray(*array, schema, pointer);
    }

  private:
    void Fail(const std::string& pointer, std::string message) {
        faults_.push_back({.pointer = pointer, .message = std::move(message), .in_body = true});
    }

    bool CheckType(const json::value& value, const json::object& schema, const std::string& pointer) {
        const json::value* type = schema.if_contains("type");
        if (type == nullptr) return true;
        std::vector<std::string> wanted;
        if (type->is_string()) wanted.emplace_back(type->get_string());
        if (const json::array* types = type->if_array()) {
            for (const json::value& each : *types) wanted.emplace_back(each.as_string());
        }
        const bool fits = std::ranges::any_of(wanted, [&](const std::string& name) { return HasType(value, name); });
        if (!fits) Fail(pointer, fmt::format("must be of type {}, not {}", fmt::join(wanted, " or "), TypeName(value)));
        return fits;
    }

    void CheckEnum(const json::value& value, const json::object& schema, const std::string& pointer) {
        const json::array* allowed = GetArray(schema, "enum");
        if (allowed == nullptr || std::ranges::find(*allowed, value) != allowed->end()) return;
        Fail(pointer, "must be one of " + json::serialize(*allowed));
    }

    void CheckText(const json::string& text, const json::object& schema, const std::string& pointer) {
        const auto size = static_cast<int64_t>(text.size());
        if (size < IntOr(schema, "minLength", 0)) Fail(pointer, "must not be empty");
        const int64_t most = IntOr(schema, "maxLength", 4096);
        if (size > most) Fail(pointer, fmt::format("must be at most {} bytes long", most));
        if (!IsPlainText(std::string_view(text.data(), text.size()))) Fail(pointer, "must be UTF-8 text without NUL");
        if (GetString(schema, "format") == "date-time" && !ParseTime(std::string_view(text.data(), text.size()))) {
            Fail(pointer, "must be a time like 2026-11-20T04:00:00Z");
        }
    }

    void CheckNumber(const json::value& value, const json::object& schema, const std::string& pointer) {
        const auto number = value.to_number<double>();
        const auto least = GetDouble(schema, "minimum");
        const auto most = GetDouble(schema, "maximum");
        if (least && number < *least) Fail(pointer, fmt::format("must be at least {}", *least));
        if (most && number > *most) Fail(pointer, fmt::format("must be at most {}", *most));
    }

    void CheckObject(const json::object& object, const json::object& schema, const std::string& pointer) {
        if (const json::array* required = GetArray(schema, "required")) {
            for (const json::value& name : *required) {
                if (!object.contains(name.as_string())) Fail(Step(pointer, name.as_string()), "is required");
            }
        }
        const json::object* properties = GetObject(schema, "properties");
        for (const auto& member : object) {
            const json::value* known = properties != nullptr ? properties->if_contains(member.key()) : nullptr;
            const std::string there = Step(pointer, member.key());
            if (known != nullptr) {
                Check(member.value(), known->as_object(), there);
            } else if (GetBool(schema, "additionalProperties") == false) {
                Fail(there, "is not a member of this body");
            }
        }
    }

    void CheckArray(const json::array& array, const json::object& schema, const std::string& pointer) {
        const int64_t most = IntOr(schema, "maxItems", 10000);
        if (static_cast<int64_t>(array.size()) > most)
            return Fail(pointer, fmt::format("must have at most {} items", most));
        const json::object* items = GetObject(schema, "items");
        if (items == nullptr) return;
        for (size_t i = 0; i < array.size(); ++i) Check(array[i], *items, fmt::format("{}/{}", pointer, i));
    }

    std::vector<Fault>& faults_;
};

}  // namespace

json::value WholeNumbers(json::value value) {
    if (json::object* object = value.if_object())
        for (auto& member : *object) member.value() = WholeNumbers(std::move(member.value()));
    if (json::array* array = value.if_array())
        for (json::value& one : *array) one = WholeNumbers(std::move(one));
    const double* number = value.if_double();
    if (number == nullptr || std::trunc(*number) != *number || std::abs(*number) > kExactMax) return value;
    return static_cast<int64_t>(*number);
}

std::vector<Fault> FaultsOfBody(const json::value& value, std::string_view name) {
    std::vector<Fault> faults;
    BodyCheck(faults).Check(value, Named(name), "");
    return faults;
}

}  // namespace dagy::api
