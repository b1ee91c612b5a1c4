#include <fmt/format.h>

#include <map>

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

using TenancyTest = ApiTest;

/// Another organization's key finds none of this organization's things, on any route, and cannot tell them from things
/// that never were.
TEST_F(TenancyTest, AnotherOrganizationsIdsAreNotThere) {
    const std::string diagnosis = RequestDiagnosis();
    Tell(diagnosis, {"looking"});
    Finish(diagnosis);
    const std::string theirs =
        "/organizations/org_other/observability/deployments/dep_other/dag-failure-diagnosis/runs";
    const std::string mixed =
        "/organizations/org_other/observability/deployments/" + first_.deployment + "/dag-failure-diagnosis/runs";
    std::vector<std::string> targets = {"/api/v1/dags/sales%2Feu",
                                        RunPath(),
                                        RunPath("/tasks"),
                                        RunPath("/event"),
                                        RunPath("/phases/extract"),
                                        RunPath("/phases/extract/data"),
                                        RunPath("/phases/extract/errors"),
                                        RunPath("/phases/extract/logs"),
                                        RunPath("?deployment_id=" + first_.deployment)};
    for (const std::string& prefix : {DiagnosesPath(), theirs, mixed}) {
        for (const std::string rest : {"/status", "/events", "/result", "/verify"})
            targets.push_back(prefix + "/" + diagnosis + rest);
    }
    for (const std::string& target : targets) {
        const net::Response response = Ask(Request("GET", target), other_key_);
        const json::object problem = ExpectProblem(response, 404, "not_found");
        EXPECT_FALSE(StringOr(problem, "detail").contains("did you mean")) << target;
    }
    const std::string body = R"({"dagId":"sales/eu","runId":")" + std::string(kRunId) + "\"}";
    for (const std::string& prefix : {DiagnosesPath(), theirs, mixed})
        ExpectProblem(Ask(Request("POST", prefix, body), other_key_), 404, "not_found");
}

/// What the other organization asks for, on every route that there is.
class TenancyWalk : public ApiTest {
  protected:
    TenancyWalk() {
        ids_["diagnosisRunId"] = RequestDiagnosis();
        ids_["key_id"] = StringOr(Get("/api-keys").at("items").as_array().at(0).as_object(), "id");
    }

    /// With this organization's ids in its path, and in its query if asked for. A parameter that nobody told this test
    /// of fails it, so that a new route is never forgotten.
    std::string Filled(const Route& route, bool with_query) {
        std::string path = route.path, query;
        for (const Parameter& parameter : route.parameters) {
            const auto id = ids_.find(parameter.name);
            if (parameter.in == In::kPath) {
                EXPECT_NE(id, ids_.end()) << route.path << ": what is " << parameter.name << "?";
                const std::string place = "{" + parameter.name + "}";
                if (id != ids_.end()) path.replace(path.find(place), place.size(), net::PercentEncode(id->second));
            } else if (parameter.in == In::kQuery && id != ids_.end() && (with_query || parameter.required)) {
                query += (query.empty() ? "?" : "&") + parameter.name + "=" + net::PercentEncode(id->second);
            }
        }
        return path + query;
    }

    /// The whole answer, streamed or not.
    static std::string Told(const net::Response& response) {
        if (!response.stream) return response.body;
        const auto writer = std::make_shared<TestWriter>();
        response.stream(writer);
        return writer->WaitEnd();
    }

    void ExpectNothing(const Route& route, bool with_query) {
        const std::string target = Filled(route, with_query);
        SCOPED_TRACE(route.method + " " + target);
        const auto body = bodies_.find(route.body_schema);
        EXPECT_TRUE(route.body_schema.empty() || body != bodies_.end()) << "what is a " << route.body_schema << "?";
        const net::Response response =
            Ask(Request(route.method, target, body == bodies_.end() ? "" : body->second), other_key_);
        const std::string told = Told(response);
        EXPECT_LT(response.status, 500) << told;
        // A list of a dag that is not there is empty, as that of one without runs.
        const bool names_things = route.path.contains('{') && route.operation_id != "searchRuns";
        EXPECT_TRUE(response.status == 404 || !names_things) << response.status << told;
        if (response.status >= 400) return;
        for (const std::string& mine : {first_.org, first_.deployment, std::string(kRunId), ids_["diagnosisRunId"]})
            EXPECT_FALSE(told.contains(mine)) << told;
    }

    std::map<std::string, std::string> ids_ = {{"dag_id", "sales/eu"},
                                               {"date", "2026-11-20"},
                                               {"date_from", "2026-11-20"},
                                               {"date_to", "2026-11-20"},
                                               {"run_id", kRunId},
                                               {"run_ids", kRunId},
                                               {"before_run", kRunId},
                                               {"phase", "extract"},
                                               {"kind", "extract-logs"},
                                               {"q", "row"},
                                               {"organizationId", first_.org},
                                               {"deploymentId", first_.deployment},
                                               {"deployment_id", first_.deployment}};
    const std::map<std::string, std::string> bodies_ = {
        {"CreateDiagnosisRequest", R"({"dagId":"sales/eu","runId":")" + std::string(kRunId) + "\"}"},
        {"GuidanceRequest", R"({"yaml":""})"},
        {"RetentionRequest", R"({"days":1})"},
        {"CreateApiKeyRequest", R"({"name":"theirs"})"}};
};

TEST_F(TenancyWalk, NoRouteAnswersForAnothersIds) {
    const std::string before = Ask("GET", RunPath()).body,
                      retention = Ask("GET", "/api/v1/dags/sales%2Feu/retention").body;
    int asked = 0;
    for (const Route& route : api().routes().routes()) {
        if (route.access == Access::kPublic) continue;
        for (const bool with_query : {false, true}) ExpectNothing(route, with_query);
        ++asked;
    }
    EXPECT_GE(asked, 35);
    EXPECT_EQ(Ask("GET", RunPath()).body, before) << "and nothing was done to it";
    EXPECT_EQ(Ask("GET", "/api/v1/dags/sales%2Feu/retention").body, retention);
}

/// Public routes give nothing away either: an object needs its own signature, whoever asks.
TEST_F(TenancyWalk, AnObjectNeedsItsSignature) {
    const json::object artifact = Get(RunPath("/artifacts/extract-logs"));
    const std::string path = "/objects/" + net::PercentEncode(StringOr(artifact, "path"));
    for (const std::string& key : {std::string(), other_key_, first_.api_key}) {
        EXPECT_EQ(Ask(Request("GET", path), key).status, 422);
        ExpectProblem(Ask(Request("GET", path + "?expires=99999999999&signature=" + std::string(64, 'a')), key), 403,
                      "url_not_valid");
    }
}

TEST_F(TenancyTest, ListsHoldOnlyOnesOwn) {
    const auto total = [&](const std::string& target) {
        return IntOr(BodyOf(Ask(Request("GET", target), other_key_)), "total", -1);
    };
    EXPECT_EQ(total("/api/v1/runs"), 0);
    EXPECT_EQ(total("/api/v1/runs?run_id=x"), 0);
    EXPECT_EQ(total("/api/v1/dags"), 0);
    EXPECT_EQ(total("/api/v1/dags/sales%2Feu/runs?date_from=2026-11-20&date_to=2026-11-20"), 0);
    EXPECT_EQ(total("/api-keys"), 1);
}

TEST_F(TenancyTest, ACursorOfAnotherOrganizationIsNone) {
    const auto run = store_->runs().FindRun(first_.org, std::nullopt, "sales/eu", kRunId);
    const std::string target = fmt::format("/api/v1/runs?cursor={}", run->key);
    EXPECT_EQ(Ask("GET", target).status, 200);
    ExpectProblem(Ask(Request("GET", target), other_key_), 422, "invalid_input");
}

TEST_F(TenancyTest, AnotherOrganizationReadsLikeOneThatNeverWas) {
    const std::string rest = "/observability/deployments/dep_other/dag-failure-diagnosis/runs/diag_1/status";
    std::string real = Ask("GET", "/organizations/org_other" + rest).body;
    std::string made_up = Ask("GET", "/organizations/org_madeup" + rest).body;
    for (size_t at = made_up.find("org_madeup"); at != std::string::npos; at = made_up.find("org_madeup"))
        made_up.replace(at, 10, "org_other");
    EXPECT_EQ(real, made_up);
}

}  // namespace
}  // namespace dagy::api
