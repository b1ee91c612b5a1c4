#include "api/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "base/exact_json.h"

namespace dagy::api {

std::optional<std::string> Call::Find(std::string_view name) const {
    const auto value = values_.find(name);
    if (value != values_.end()) return value->second;
    const auto parameter = std::ranges::find(route.parameters, name, &Parameter::name);
    if (parameter == route.parameters.end()) {
        throw Error(ErrorCode::kInternal, "a bug", {},
                    fmt::format("{} reads undeclared parameter {}", route.operation_id, name));
    }
    if (parameter->default_value.empty()) return std::nullopt;
    return parameter->default_value;
}

std::string Call::Text(std::string_view name) const {
    return Find(name).value_or("");
}

int64_t Call::Int(std::string_view name) const {
    const std::string text = Text(name);
    int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

bool Call::Flag(std::string_view name) const {
    return Text(name) == "true";
}

identity::Origin Call::Origin() const {
    std::string agent = request.Header("user-agent").value_or("");
    if (agent.size() > 256) agent.resize(256);
    return {.ip_address = request.client_ip, .user_agent = std::move(agent), .request_id = request.request_id};
}

net::Response Json(const json::value& body, int status) {
    net::Response response;
    response.status = status;
    response.body = SerializeExact(body);
    return response;
}

}  // namespace dagy::api
