/// One operation of the API as a value: the router, the checks, the permissions and /openapi.json all read it, and
/// nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "identity/permissions.h"
#include "net/http.h"

namespace dagy::api {

class Call;

enum class In { kPath, kQuery, kHeader };
enum class Type { kString, kInteger, kBoolean, kDate };

struct Parameter {
    std::string name;
    In in = In::kQuery;
    Type type = Type::kString;
    bool required = false;
    std::string default_value;  ///< empty: none
    std::optional<int64_t> minimum, maximum;
    std::vector<std::string> allowed;  ///< empty: any
    size_t length_max = 1024;          ///< characters
    std::string pattern;               ///< told in /openapi.json; what does not fit it is refused by the handler
    std::string description;
};

struct Answer {
    int status = 200;
    std::string description;
    std::string schema;  ///< name in schemas.cpp; empty: no body, or one that is not JSON
    std::string content_type = "application/json";

    /// One with a problem body (RFC 9457).
    static Answer Refusal(int status, std::string description) {
        return {.status = status,
                .description = std::move(description),
                .schema = "Problem",
                .content_type = "application/problem+json"};
    }
};

/// Who may call.
enum class Access {
    kPublic,    ///< anybody; no identity is looked up
    kSignedIn,  ///< any identity of an organization
    kPermitted  ///< an identity that has `permission`
};

struct Route {
    std::string method;
    std::string path;  ///< template: `/api/v1/dags/{dag_id}/runs`
    std::string operation_id;
    std::string summary;
    std::string description;
    std::string tag;
    Access access = Access::kPermitted;
    identity::Permission permission = identity::Permission::kRunsRead;
    std::vector<Parameter> parameters;
    std::string body_schema;  ///< name in schemas.cpp; empty: no JSON body
    std::string body_type;    ///< content type of a body that is not JSON (then `Call::request` holds it); empty: none.
                              ///< With both, the request's content type says which it is
    bool body_optional = false;   ///< no body says the same as an empty one
    int fault_status = 422;       ///< how wrong parameters and bodies are answered
    std::vector<Answer> answers;  ///< the good ones and those of its own; the common errors are added by rule
    bool rate_limited = true;
    net::RouteInfo transport;
    std::function<net::Response(Call&)> handle;  ///< may throw Error and ProblemError
};

}  // namespace dagy::api
