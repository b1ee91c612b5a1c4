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

/// With this organization's ids in its path; empty for a route that has a parameter nobody told this test of.
std::string Filled(const Route& route, const std::map<std::string, std::string>& ids) {
    std::string path = route.path;
    for (const Parameter& parameter : route.parameters) {
        if (parameter.in != In::kPath) continue;
        const auto id = ids.find(parameter.name);
        if (id == ids.end()) return {};
        const std::string place = "{" + parameter.name + "}";
        path.replace(path.find(place), place.size(), net::PercentEncode(id->second));
    }
    return path;
}

/// So that a new route is never forgotten: every one that names things of an organization, as its table lists them.
TEST_F(TenancyTest, NoRouteAnswersForAnothersIds) {
    const std::map<std::string, std::string> ids = {{"dag_id", "sales/eu"},
                                                    {"date", "2026-11-20"},
                                                    {"run_id", kRunId},
                                                    {"phase", "extract"},
                                                    {"kind", "extract-logs"},
                                                    {"organizationId", first_.org},
                                                    {"deploymentId", first_.deployment},
                                                    {"diagnosisRunId", RequestDiagnosis()}};
    int asked = 0;
    for (const Route& route : api().routes().routes()) {
        const bool names_things = route.path.contains('{') && route.path != "/api/v1/dags/{dag_id}/runs";
        if (route.access == Access::kPublic || route.method != "GET" || !names_things) continue;
        const std::string target = Filled(route, ids);
        if (target.empty()) continue;
        ExpectProblem(Ask(Request("GET", target), other_key_), 404, "not_found");
        ++asked;
    }
    EXPECT_GE(asked, 15);
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
