#include "api/api.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

TEST_F(ApiTest, EveryAnswerCarriesItsRequestIdAndIsNotSniffed) {
    for (const std::string target : {"/api/v1/me", "/nowhere", "/health/live", "/api/v1/runs?limit=x"}) {
        const net::Response response = Ask("GET", target);
        EXPECT_EQ(HeaderOf(response, "X-Request-Id"), "req_test") << target;
        EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff") << target;
        EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store") << target;
    }
}

TEST_F(ApiTest, UnknownPathIs404AndWrongMethodIs405WithAllow) {
    ExpectProblem(Ask("GET", "/api/v2/dags"), 404, "not_found");
    const net::Response response = Ask("PUT", "/api-keys");
    ExpectProblem(response, 405, "method_not_allowed");
    EXPECT_EQ(HeaderOf(response, "Allow"), "POST, GET, HEAD");
    ExpectProblem(Ask("GET", "/api/v1/dags/%zz/runs"), 400, "bad_request");
}

TEST_F(ApiTest, HeadIsGet) {
    EXPECT_EQ(Ask("HEAD", "/api/v1/me").status, 200);
}

TEST_F(ApiTest, MeTellsOrganizationDeploymentAndPermissions) {
    const json::object me = Get("/api/v1/me");
    EXPECT_EQ(StringOr(me, "organization_id"), first_.org);
    EXPECT_EQ(StringOr(me, "deployment_id"), first_.deployment);
    EXPECT_EQ(StringOr(*GetObject(me, "user"), "email"), "owner@localhost");
    EXPECT_EQ(GetArray(me, "permissions")->size(), identity::AllPermissions().size());
}

TEST_F(ApiTest, ApiKeysAreMadeListedAndRemoved) {
    const net::Response made = Ask("POST", "/api-keys", R"({"name":"board","role":"viewer","scopes":["runs.read"]})");
    ASSERT_EQ(made.status, 201) << made.body;
    const json::object key = BodyOf(made);
    const std::string secret = StringOr(key, "key");
    EXPECT_TRUE(secret.starts_with("dagy_sk_"));
    EXPECT_EQ(Ask(Request("GET", "/api/v1/runs"), secret).status, 200);
    EXPECT_EQ(Ask(Request("POST", "/api/v1/ingest"), secret).status, 403);

    EXPECT_FALSE(Ask("GET", "/api-keys").body.contains(secret));
    const std::string target = "/api-keys/" + StringOr(key, "id");
    ExpectProblem(Ask(Request("DELETE", target), other_key_), 404, "not_found");
    EXPECT_EQ(Ask("DELETE", target).status, 204);
    ExpectProblem(Ask(Request("GET", "/api/v1/runs"), secret), 401, "unauthorized");
    ExpectProblem(Ask("DELETE", target), 404, "not_found");
}

TEST_F(ApiTest, LoginGivesATokenAndLogoutEndsIt) {
    const net::Response login = Ask(
        Request("POST", "/auth/login", R"({"email":"owner@localhost","password":")" + first_.owner_password + "\"}"),
        "");
    ASSERT_EQ(login.status, 200) << login.body;
    const std::string token = StringOr(BodyOf(login), "access_token");
    EXPECT_EQ(IntOr(BodyOf(login), "expires_in", 0), 86400);
    EXPECT_EQ(Ask(Request("GET", "/api/v1/me"), token).status, 200);
    EXPECT_EQ(Ask(Request("POST", "/auth/logout"), token).status, 204);
    ExpectProblem(Ask(Request("GET", "/api/v1/me"), token), 401, "unauthorized");
    ExpectProblem(Ask("POST", "/auth/logout"), 409, "conflict");
}

TEST_F(ApiTest, WrongPasswordIs401WithoutAHintOfWhatWasWrong) {
    const net::Response known =
        Ask(Request("POST", "/auth/login", R"({"email":"owner@localhost","password":"x"})"), "");
    const net::Response unknown =
        Ask(Request("POST", "/auth/login", R"({"email":"nobody@localhost","password":"x"})"), "");
    ExpectProblem(known, 401, "unauthorized");
    EXPECT_EQ(known.body, unknown.body);
}

TEST_F(ApiTest, ProblemsAreCatalogued) {
    const json::object catalogue = Get("/api/v1/problems");
    EXPECT_GE(GetArray(catalogue, "items")->size(), 15U);
}

TEST_F(ApiTest, MetricsCountAnswers) {
    Get("/api/v1/me");
    const net::Response response = Ask("GET", "/metrics");
    EXPECT_TRUE(response.body.contains("dagy_http_requests_total{operation=\"getMe\",status=\"200\"} 1"))
        << response.body;
    EXPECT_TRUE(response.body.contains("dagy_event_streams_open 0"));
}

class IngestRoutesTest : public ApiTest {
  protected:
    net::Response Ingest(std::vector<std::string> pieces, const std::string& target = "/api/v1/ingest") {
        net::Request request = Request("POST", target);
        request.body_reader = std::make_shared<::dagy::api::TestBody>(std::move(pieces));
        return Ask(std::move(request), first_.api_key);
    }
};

TEST_F(IngestRoutesTest, LinesInPiecesBecomeRunsOfTheCallersDeployment) {
    EXPECT_TRUE(api().Route(Request("POST", "/api/v1/ingest")).stream_body);
    const net::Response response = Ingest(
        {R"({"kind":"run","dag_id":"fed","run_id":"r1","sta)",
         "te\":\"FAILED\",\"logical_date\":\"2026-11-20T04:00:00Z\"}\n",
         R"({"kind":"log","dag_id":"fed","run_id":"r1","task_id":"t","ts":"2026-11-20T04:00:01Z","level":"ERROR","message":"boom"})"
         "\nnot json\n"});
    ASSERT_EQ(response.status, 200) << response.body;
    const json::object report = BodyOf(response);
    EXPECT_EQ(IntOr(report, "accepted", -1), 2);
    EXPECT_EQ(IntOr(report, "rejected", -1), 1);
    const json::object& fault = GetArray(report, "errors")->at(0).as_object();
    EXPECT_EQ(IntOr(fault, "line", 0), 3);
    EXPECT_FALSE(StringOr(fault, "message").empty());
    EXPECT_EQ(StringOr(Get("/api/v1/dags/fed/runs/2026-11-20/r1"), "deployment_id"), first_.deployment);
    EXPECT_EQ(IntOr(Get("/api/v1/dags/fed/runs/2026-11-20/r1/phases/t/logs"), "total", 0), 1);
}

TEST_F(IngestRoutesTest, AnotherOrganizationsDeploymentIsNotThere) {
    ExpectProblem(Ingest({"{}"}, "/api/v1/ingest?deployment_id=dep_other"), 404, "not_found");
    const json::object report =
        BodyOf(Ingest({R"({"kind":"run","dag_id":"fed","run_id":"r1","deployment":"dep_other"})"}));
    EXPECT_EQ(IntOr(report, "accepted", -1), 0);
    EXPECT_EQ(IntOr(report, "rejected", -1), 1);
}

TEST_F(IngestRoutesTest, ABodyThatIsMissingOrEmpty) {
    ExpectProblem(Ask("POST", "/api/v1/ingest"), 400, "bad_request");
    EXPECT_EQ(IntOr(BodyOf(Ingest({})), "accepted", -1), 0);
}

}  // namespace
}  // namespace dagy::api
