/// A request that has passed every check of its route.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/route.h"
#include "base/json.h"
#include "identity/identity.h"
#include "net/http.h"

namespace dagy::api {

/// Lives for one request. Parameters are checked: reading one that the route does not declare is a bug and throws
/// kInternal.
class Call {
  public:
    Call(net::Request& taken, const Route& taken_route) : request(taken), route(taken_route) {}

    net::Request& request;
    const Route& route;
    identity::Identity who;  ///< empty for public routes
    json::object body;       ///< for routes with a body schema

    /// As sent, or the default; nothing if neither.
    std::optional<std::string> Find(std::string_view name) const;
    /// Required or defaulted ones.
    std::string Text(std::string_view name) const;
    int64_t Int(std::string_view name) const;
    bool Flag(std::string_view name) const;

    identity::Origin Origin() const;

    void Set(std::string name, std::string value) { values_.insert_or_assign(std::move(name), std::move(value)); }

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

/// 200 with JSON.
net::Response Json(const json::value& body, int status = 200);

}  // namespace dagy::api
