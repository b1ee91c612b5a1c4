#include "api/openapi.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "api/schemas.h"

namespace dagy::api {
namespace {

/// What ids and keywords can be: any text without NUL.
constexpr const char* kPlainText = R"(^[^\u0000]*$)";

json::object Ref(const std::string& schema) {
    return {{"$ref", "#/components/schemas/" + schema}};
}

json::object Content(const std::string& type, const std::string& schema) {
    json::object media;
    media["schema"] = schema.empty() ? json::object{{"type", "string"}} : Ref(schema);
    return {{type, std::move(media)}};
}

json::value DefaultOf(const Parameter& parameter) {
    if (parameter.type == Type::kBoolean) return parameter.default_value == "true";
    if (parameter.type != Type::kInteger) return json::value(parameter.default_value);
    int64_t number = 0;
    std::from_chars(parameter.default_value.data(), parameter.default_value.data() + parameter.default_value.size(),
                    number);
    return number;
}

json::array TextList(const std::vector<std::string>& texts) {
    json::array list;
    for (const std::string& text : texts) list.push_back(json::value(text));
    return list;
}

json::object SchemaOf(const Parameter& parameter) {
    json::object schema;
    switch (parameter.type) {
        case Type::kString:
            schema["type"] = "string";
            break;
        case Type::kInteger:
            schema["type"] = "integer";
            break;
        case Type::kBoolean:
            schema["type"] = "boolean";
            break;
        case Type::kDate:
            schema["type"] = "string";
            schema["format"] = "date";
            break;
    }
    if (parameter.minimum) schema["minimum"] = *parameter.minimum;
    if (parameter.maximum) schema["maximum"] = *parameter.maximum;
    if (!parameter.allowed.empty()) schema["enum"] = TextList(parameter.allowed);
    if (!parameter.default_value.empty()) schema["default"] = DefaultOf(parameter);
    if (parameter.type == Type::kString && parameter.allowed.empty()) {
        schema["maxLength"] = parameter.length_max;
        if (parameter.required) schema["minLength"] = 1;
        schema["pattern"] = parameter.pattern.empty() ? kPlainText : parameter.pattern;
    }
    return schema;
}

json::array ParametersOf(const Route& route) {
    json::array list;
    for (const Parameter& parameter : route.parameters) {
        json::object item{{"name", parameter.name},
                          {"in", parameter.in == In::kPath    ? "path"
                                 : parameter.in == In::kQuery ? "query"
                                                              : "header"},
                          {"required", parameter.required || parameter.in == In::kPath},
                          {"schema", SchemaOf(parameter)}};
        if (!parameter.description.empty()) item["description"] = parameter.description;
        list.push_back(std::move(item));
    }
    return list;
}

/// Errors that follow from what the route is, so that no route has to list them.
std::vector<Answer> CommonErrors(const Route& route) {
    std::vector<Answer> errors;
    const auto add = [&](int status, std::string description) {
        errors.push_back(Answer::Refusal(status, std::move(description)));
    };
    if (!route.parameters.empty() || !route.body_schema.empty())
        add(route.fault_status, "What is wrong with the request, every fault in `errors`.");
    if (!route.parameters.empty()) add(414, "The path and query are over the limit.");
    if (!route.body_schema.empty()) add(400, "The body is not JSON.");
    if (!route.body_schema.empty() || !route.body_type.empty()) add(413, "The body is over the limit.");
    if (route.access != Access::kPublic) {
        add(401, "No key, token or session, or one that does not hold.");
        add(403, "The identity may not do this.");
    }
    if (route.path.contains('{')) add(404, "No such thing in this organization.");
    if (route.rate_limited) add(429, "Over the rate limit; see Retry-After.");
    add(500, "A fault of the server.");
    if (route.access != Access::kPublic) add(503, "Busy; see Retry-After.");
    return errors;
}

json::object AnswersOf(const Route& route) {
    json::object answers;
    const auto put = [&](const Answer& answer) {
        const std::string status = std::to_string(answer.status);
        json::object& there = answers.contains(status)
                                  ? answers[status].as_object()
                                  : answers.emplace(status, json::object{}).first->value().as_object();
        if (!there.contains("description")) there["description"] = answer.description;
        if (answer.schema.empty() && answer.content_type == "application/json") return;
        json::object& content = there.contains("content")
                                    ? there["content"].as_object()
                                    : there.emplace("content", json::object{}).first->value().as_object();
        for (auto& media : Content(answer.content_type, answer.schema)) content.insert(media);
    };
    for (const Answer& answer : route.answers) put(answer);
    for (const Answer& answer : CommonErrors(route)) put(answer);
    return answers;
}

json::object OperationOf(const Route& route) {
    json::object operation{
        {"operationId", route.operation_id}, {"summary", route.summary}, {"tags", json::array{route.tag}}};
    if (!route.description.empty()) operation["description"] = route.description;
    if (!route.parameters.empty()) operation["parameters"] = ParametersOf(route);
    json::object bodies;
    if (!route.body_type.empty()) bodies = Content(route.body_type, "");
    if (!route.body_schema.empty())
        for (auto& media : Content("application/json", route.body_schema)) bodies.insert(media);
    if (!bodies.empty())
        operation["requestBody"] = {{"required", !route.body_optional}, {"content", std::move(bodies)}};
    operation["responses"] = AnswersOf(route);
    if (route.access == Access::kPublic) operation["security"] = json::array{};
    if (route.access == Access::kPermitted) operation["x-permission"] = identity::Name(route.permission);
    return operation;
}

}  // namespace

json::object OpenApi(const RouteTable& table, const std::string& version) {
    json::object paths;
    std::set<std::string> tags;
    for (const Route& route : table.routes()) {
        if (!paths.contains(route.path)) paths[route.path] = json::object{};
        std::string method = route.method;
        std::ranges::transform(method, method.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        paths[route.path].as_object()[method] = OperationOf(route);
        tags.insert(route.tag);
    }
    json::array tag_list;
    for (const std::string& tag : tags) tag_list.push_back(json::object{{"name", tag}});
    json::object schemes{{"bearer",
                          {{"type", "http"},
                           {"scheme", "bearer"},
                           {"description", "An API key (dagy_sk_…) or access token (dagy_at_…)."}}},
                         {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "dagy_session"}}}};
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "dagy"},
              {"version", version},
              {"description", "Records of pipeline runs, their diagnosis and their operations."},
              {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", json::array{{{"url", "/"}}}},
            {"tags", std::move(tag_list)},
            {"security", json::array{{{"bearer", json::array{}}}, {{"session", json::array{}}}}},
            {"paths", std::move(paths)},
            {"components", {{"securitySchemes", std::move(schemes)}, {"schemas", Schemas()}}}};
}

}  // namespace dagy::api
