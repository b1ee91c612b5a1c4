#include "api/gate.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class GateTest : public ApiTest {
  protected:
    std::string Session() {
        const std::string link = api().sign_in().NewLink(identity::FindLocalOwner(store_->identity()).identity);
        const net::Response response = api().Handle(Request("GET", "/signin?link=" + link));
        EXPECT_EQ(response.status, 303) << response.body;
        EXPECT_EQ(HeaderOf(response, "Location"), "/");
        const std::string cookie = HeaderOf(response, "Set-Cookie");
        EXPECT_TRUE(cookie.contains("HttpOnly; SameSite=Strict")) << cookie;
        return cookie.substr(0, cookie.find(';'));
    }
    net::Response WithCookie(net::Request request, const std::string& cookie) {
        request.headers.emplace_back("cookie", "theme=dark; " + cookie);
        request.headers.emplace_back("host", "localhost:8000");
        return api().Handle(std::move(request));
    }
    net::Request From(net::Request request, const std::string& origin) {
        request.headers.emplace_back("origin", origin);
        return request;
    }
};

TEST_F(GateTest, WithoutAValidSecretEverythingButThePublicIs401) {
    for (const api::Route& route : api().routes().routes()) {
        if (route.access == Access::kPublic) continue;
        std::string path = route.path;
        for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "x");
        for (const std::string key : {"", "dagy_sk_000", "x"}) {
            const net::Response response = Ask(Request(route.method, path), key);
            ExpectProblem(response, 401, "unauthorized");
            EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "Bearer");
        }
    }
}

TEST_F(GateTest, BearerIsReadWhateverItsCaseAndOtherSchemesAreNot) {
    net::Request request = Request("GET", "/api/v1/me");
    request.headers.emplace_back("authorization", "bearer  " + first_.api_key);
    EXPECT_EQ(api().Handle(request).status, 200);
    request.headers.back().second = "Basic " + first_.api_key;
    EXPECT_EQ(api().Handle(request).status, 401);
}

TEST_F(GateTest, LinkSignsABrowserInOnce) {
    const std::string link = api().sign_in().NewLink(identity::FindLocalOwner(store_->identity()).identity);
    EXPECT_EQ(api().Handle(Request("GET", "/signin?link=" + link)).status, 303);
    ExpectProblem(api().Handle(Request("GET", "/signin?link=" + link)), 401, "unauthorized");
    ExpectProblem(api().Handle(Request("GET", "/signin")), 422, "invalid_input");
}

TEST_F(GateTest, SessionReadsAnywhereButChangesOnlyFromOwnPages) {
    const std::string cookie = Session();
    EXPECT_EQ(WithCookie(Request("GET", "/api/v1/me"), cookie).status, 200);
    const auto make = [&] { return Request("POST", "/api-keys", R"({"name":"n"})"); };
    ExpectProblem(WithCookie(make(), cookie), 403, "cross_origin");
    ExpectProblem(WithCookie(From(make(), "https://evil.example"), cookie), 403, "cross_origin");
    ExpectProblem(WithCookie(From(make(), "null"), cookie), 403, "cross_origin");
    EXPECT_EQ(WithCookie(From(make(), "http://localhost:8000"), cookie).status, 201);
}

TEST_F(GateTest, SessionEndsByLogout) {
    const std::string cookie = Session();
    const net::Response out = WithCookie(From(Request("POST", "/auth/logout"), "http://localhost:8000"), cookie);
    EXPECT_EQ(out.status, 204);
    EXPECT_TRUE(HeaderOf(out, "Set-Cookie").contains("Max-Age=0"));
    EXPECT_EQ(WithCookie(Request("GET", "/api/v1/me"), cookie).status, 401);
}

TEST_F(GateTest, PastedKeyBecomesASession) {
    const net::Response response =
        api().Handle(Request("POST", "/auth/session", R"({"key":")" + first_.api_key + "\"}"));
    ASSERT_EQ(response.status, 200) << response.body;
    const std::string cookie = HeaderOf(response, "Set-Cookie");
    EXPECT_EQ(WithCookie(Request("GET", "/api/v1/me"), cookie.substr(0, cookie.find(';'))).status, 200);
    ExpectProblem(api().Handle(Request("POST", "/auth/session", R"({"key":"dagy_sk_no"})")), 401, "unauthorized");
    ExpectProblem(api().Handle(Request("POST", "/auth/session", "{}")), 422, "invalid_input");
    ExpectProblem(api().Handle(From(Request("POST", "/auth/session", "{}"), "https://evil.example")), 403,
                  "cross_origin");
}

TEST_F(GateTest, AWrongBearerIsNotMadeGoodByACookie) {
    net::Request request = Request("GET", "/api/v1/me");
    request.headers.emplace_back("authorization", "Bearer wrong");
    EXPECT_EQ(WithCookie(std::move(request), Session()).status, 401);
}

TEST_F(GateTest, DenialIs403AndInTheAuditTrail) {
    const std::string viewer = StringOr(BodyOf(Ask("POST", "/api-keys", R"({"name":"v","role":"viewer"})")), "key");
    ExpectProblem(Ask(Request("POST", DiagnosesPath(), "{}"), viewer), 403, "forbidden");
    const auto entries = store_->identity().AuditEntries(first_.org, 100);
    const auto denial = std::ranges::find(entries, "denied", &store::AuditEntry::action);
    ASSERT_NE(denial, entries.end());
    EXPECT_EQ(denial->resource_id, "diagnosis.run");
    EXPECT_EQ(denial->request_id, "req_test");
    EXPECT_EQ(StringOr(denial->after, "operation"), "createDagFailureDiagnosis");
}

TEST_F(GateTest, OverTheRateIs429WithRetryAfterAndHealthIsNotCounted) {
    MakeApi({.rate = {.per_minute = 60, .burst = 3}});
    for (int i = 0; i < 3; ++i) {
        const net::Response response = Ask("GET", "/api/v1/me");
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(HeaderOf(response, "X-RateLimit-Limit"), "60");
        EXPECT_EQ(HeaderOf(response, "X-RateLimit-Remaining"), std::to_string(2 - i));
    }
    const net::Response refused = Ask("GET", "/api/v1/me");
    ExpectProblem(refused, 429, "rate_limited");
    EXPECT_EQ(HeaderOf(refused, "Retry-After"), "1");
    EXPECT_EQ(HeaderOf(refused, "X-RateLimit-Remaining"), "0");
    for (int i = 0; i < 10; ++i) EXPECT_EQ(Ask("GET", "/openapi.json").status, 200);
    EXPECT_EQ(Ask(Request("GET", "/api/v1/me"), other_key_).status, 200) << "another key has a bucket of its own";
}

TEST_F(GateTest, GuessingKeysIsMeteredByAddress) {
    MakeApi({.rate = {.per_minute = 60, .burst = 2}});
    EXPECT_EQ(Ask(Request("GET", "/api/v1/me"), "dagy_sk_1").status, 401);
    EXPECT_EQ(Ask(Request("GET", "/api/v1/me"), "dagy_sk_2").status, 401);
    EXPECT_EQ(Ask(Request("GET", "/api/v1/me"), "dagy_sk_3").status, 429);
}

}  // namespace
}  // namespace dagy::api
