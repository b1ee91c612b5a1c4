#include "api/identity_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "api/call.h"
#include "api/parameter_list.h"
#include "api/problem.h"
#include "api/shapes.h"
#include "base/error.h"

namespace dagy::api {
namespace {

class IdentityHandlers {
  public:
    IdentityHandlers(identity::SignIn& sign_in, identity::ApiKeys& keys, store::IdentityStore& identities,
                     const Clock& clock)
        : sign_in_(sign_in), keys_(keys), identities_(identities), clock_(clock) {}

    net::Response Login(Call& call) {
        const identity::Granted granted = sign_in_.WithPassword(
            StringOr(call.body, "email"), StringOr(call.body, "password"), "access_token", call.Origin());
        return Json({{"access_token", granted.secret},
                     {"token_type", "Bearer"},
                     {"expires_at", FormatTime(granted.expires_at)},
                     {"expires_in", SecondsLeft(granted)}});
    }

    /// A browser's way in: the secret goes into a cookie that scripts cannot read.
    net::Response Session(Call& call) {
        const auto key = GetString(call.body, "key");
        const auto email = GetString(call.body, "email");
        const auto password = GetString(call.body, "password");
        if (key.has_value() == (email && password) || email.has_value() != password.has_value()) {
            throw ProblemError({.code = "invalid_input", .detail = "give either `key`, or `email` and `password`"});
        }
        const identity::Granted granted = key ? sign_in_.SessionFromBearer(*key, call.Origin())
                                              : sign_in_.WithPassword(*email, *password, "session", call.Origin());
        net::Response response = Json(Shown(granted.identity));
        response.headers.emplace_back("Set-Cookie", Cookie(granted.secret, SecondsLeft(granted)));
        return response;
    }

    net::Response Link(Call& call) {
        const auto granted = sign_in_.WithLink(call.Text("link"), call.Origin());
        if (!granted) {
            throw ProblemError(
                {.code = "unauthorized",
                 .detail =
                     "this link was used already or is too old; `dagy serve` prints a new one, or sign in with a key",
                 .headers = {{"WWW-Authenticate", "Bearer"}}});
        }
        net::Response response;
        response.status = 303;
        response.headers = {{"Location", "/"},
                            {"Set-Cookie", Cookie(granted->secret, SecondsLeft(*granted))},
                            {"Referrer-Policy", "no-referrer"}};
        return response;
    }

    net::Response Logout(Call& call) {
        sign_in_.Out(call.who, call.Origin());
        net::Response response;
        response.status = 204;
        response.headers = {{"Set-Cookie", Cookie("", 0)}};
        return response;
    }

    net::Response Me(Call& call) { return Json(Shown(call.who)); }

    net::Response MakeKey(Call& call) {
        identity::NewKey wanted{.name = StringOr(call.body, "name"),
                                .role = StringOr(call.body, "role"),
                                .expires_at = GetTime(call.body, "expires_at")};
        if (const json::array* scopes = GetArray(call.body, "scopes")) {
            for (const json::value& scope : *scopes) wanted.scopes.emplace_back(scope.as_string());
        }
        const identity::MadeKey made = keys_.Make(call.who, wanted, call.Origin());
        json::object shape = KeyShape(made.credential);
        shape["key"] = made.secret;
        return Json(shape, 201);
    }

    net::Response ListKeys(Call& call) {
        json::array items;
        for (const store::Credential& key : keys_.List(call.who)) items.push_back(KeyShape(key));
        const auto total = items.size();
        return Json({{"items", std::move(items)}, {"total", total}});
    }

    net::Response RemoveKey(Call& call) {
        if (!keys_.Remove(call.who, call.Text("key_id"), call.Origin()))
            ThrowNotFound(fmt::format("there is no API key `{}`", call.Text("key_id")));
        net::Response response;
        response.status = 204;
        return response;
    }

  private:
    int64_t SecondsLeft(const identity::Granted& granted) const {
        return std::chrono::duration_cast<std::chrono::seconds>(granted.expires_at - clock_.Now()).count();
    }

    static std::string Cookie(const std::string& secret, int64_t seconds) {
        return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict", kSessionCookie, secret, seconds);
    }

    json::object Shown(const identity::Identity& who) {
        const auto org = identities_.FindOrganization(who.org);
        json::array deployments, permissions;
        for (const store::Deployment& deployment : identities_.Deployments(who.org)) {
            deployments.push_back({{"id", deployment.id}, {"name", deployment.name}});
        }
        for (const identity::Permission permission : identity::AllPermissions()) {
            if (who.May(permission)) permissions.push_back(json::value(identity::Name(permission)));
        }
        const auto users = identities_.Users(who.org);
        const auto user = std::ranges::find(users, who.user, &store::User::id);
        json::object shown;
        shown["organization_id"] = who.org;
        shown["deployment_id"] = org ? org->default_deployment : "";
        shown["organization"] = {{"id", who.org},
                                 {"name", org ? org->name : ""},
                                 {"default_deployment", org ? org->default_deployment : ""}};
        shown["deployments"] = std::move(deployments);
        shown["user"] = {{"id", who.user},
                         {"email", user != users.end() ? json::value(user->email) : json::value(nullptr)}};
        shown["role"] = who.role;
        shown["permissions"] = std::move(permissions);
        shown["signed_in_by"] = who.kind;
        return shown;
    }

    identity::SignIn& sign_in_;
    identity::ApiKeys& keys_;
    store::IdentityStore& identities_;
    const Clock& clock_;
};

Route Base(std::string method, std::string path, std::string operation_id, std::string summary, Access access) {
    return {.method = std::move(method),
            .path = std::move(path),
            .operation_id = std::move(operation_id),
            .summary = std::move(summary),
            .tag = "identity",
            .access = access,
            .permission = identity::Permission::kAdminKeys};
}

Answer Unauthorized() {
    return {.status = 401, .description = "Wrong.", .schema = "Problem", .content_type = "application/problem+json"};
}

void AddSignIn(RouteTable& table, const std::shared_ptr<IdentityHandlers>& handlers) {
    Route login = Base("POST", "/auth/login", "login", "An access token for email and password", Access::kPublic);
    login.body_schema = "LoginRequest";
    login.answers = {{.status = 200, .description = "Signed in.", .schema = "AccessToken"}, Unauthorized()};
    login.handle = [handlers](Call& call) { return handlers->Login(call); };
    table.Add(std::move(login));

    Route session = Base("POST", "/auth/session", "createSession",
                         "A browser session for email and password, or for a key", Access::kPublic);
    session.description = "The session is an HttpOnly, SameSite=Strict cookie.";
    session.body_schema = "SessionRequest";
    session.answers = {{.status = 200, .description = "Signed in.", .schema = "Me"}, Unauthorized()};
    session.handle = [handlers](Call& call) { return handlers->Session(call); };
    table.Add(std::move(session));

    Route link = Base("GET", "/signin", "signInByLink", "Sign a browser in by a one-use link", Access::kPublic);
    Parameter secret = QueryText("link", "What `dagy serve` printed.");
    secret.required = true;
    link.parameters = {std::move(secret)};
    link.answers = {{.status = 303, .description = "Signed in; on to the UI."}, Unauthorized()};
    link.handle = [handlers](Call& call) { return handlers->Link(call); };
    table.Add(std::move(link));

    Route logout = Base("POST", "/auth/logout", "logout", "End this access token or session", Access::kSignedIn);
    logout.answers = {{.status = 204, .description = "Ended."}, Answer::Refusal(409, "An API key has no session.")};
    logout.handle = [handlers](Call& call) { return handlers->Logout(call); };
    table.Add(std::move(logout));

    Route me = Base("GET", "/api/v1/me", "getMe", "Who am I, and what may I do", Access::kSignedIn);
    me.answers = {{.status = 200, .description = "The identity.", .schema = "Me"}};
    me.handle = [handlers](Call& call) { return handlers->Me(call); };
    table.Add(std::move(me));
}

}  // namespace

void AddIdentityRoutes(RouteTable& table, identity::SignIn& sign_in, identity::ApiKeys& keys,
                       store::IdentityStore& identities, const Clock& clock) {
    const auto handlers = std::make_shared<IdentityHandlers>(sign_in, keys, identities, clock);
    AddSignIn(table, handlers);

    Route make = Base("POST", "/api-keys", "createApiKey", "Make an API key", Access::kPermitted);
    make.description = "The key is shown in this answer and never again. It may at most what its maker may.";
    make.body_schema = "CreateApiKeyRequest";
    make.answers = {{.status = 201, .description = "Made.", .schema = "ApiKey"}};
    make.handle = [handlers](Call& call) { return handlers->MakeKey(call); };
    table.Add(std::move(make));

    Route list = Base("GET", "/api-keys", "listApiKeys", "The organization's API keys", Access::kPermitted);
    list.answers = {{.status = 200, .description = "Without their secrets.", .schema = "ApiKeyList"}};
    list.handle = [handlers](Call& call) { return handlers->ListKeys(call); };
    table.Add(std::move(list));

    Route remove =
        Base("DELETE", "/api-keys/{key_id}", "deleteApiKey", "Remove an API key at once", Access::kPermitted);
    remove.parameters = {PathText("key_id", "The key's id.")};
    remove.answers = {{.status = 204, .description = "Removed."}};
    remove.handle = [handlers](Call& call) { return handlers->RemoveKey(call); };
    table.Add(std::move(remove));
}

}  // namespace dagy::api
