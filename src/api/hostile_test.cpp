#include "api/api_fixture.h"

namespace dagy::api {
namespace {

using HostileTest = ApiTest;

TEST_F(HostileTest, IdsOfEveryKindAreAnsweredAndNeverBreakAnything) {
    const std::vector<std::string> ids = {"..",
                                          "../../etc/passwd",
                                          "'; DROP TABLE runs; --",
                                          "%",
                                          "_",
                                          "a/b\\c",
                                          "\"quoted\"",
                                          "line\nbreak\r\nX-Evil: 1",
                                          "ünïcödé ☃ \U0001F600",
                                          std::string(250, 'x'),
                                          " ",
                                          "<script>alert(1)</script>"};
    for (const std::string& id : ids) {
        const std::string encoded = net::PercentEncode(id);
        ExpectProblem(Ask("GET", "/api/v1/dags/" + encoded), 404, "not_found");
        ExpectProblem(Ask("GET", "/api/v1/dags/" + encoded + "/runs/2026-11-20/" + encoded), 404, "not_found");
        ExpectProblem(Ask("GET", RunPath("/phases/" + encoded + "/logs")), 404, "not_found");
        ExpectProblem(Ask("GET", DiagnosesPath("/" + encoded + "/status")), 404, "not_found");
        EXPECT_EQ(Ask("GET", "/api/v1/runs?dag_id=" + encoded).status, 200) << id;
        EXPECT_EQ(Ask("GET", RunPath("/phases/extract/logs?keyword=" + encoded)).status, 200) << id;
    }
}

TEST_F(HostileTest, TextThatIsNoTextIs422) {
    for (const std::string bad : {"%00", "a%00b", "%FF", "%C0%AF", "%ED%A0%80", "%F5%80%80%80"}) {
        ExpectProblem(Ask("GET", "/api/v1/dags/" + bad), 422, "invalid_input");
        ExpectProblem(Ask("GET", "/api/v1/runs?dag_id=" + bad), 422, "invalid_input");
    }
    ExpectProblem(Ask("GET", "/api/v1/dags/" + std::string(2000, 'x')), 422, "invalid_input");
}

TEST_F(HostileTest, RunsOfHostileNamesAreFoundAgain) {
    model::Batch batch{.scope = {first_.org, first_.deployment}};
    const std::vector<std::string> names = {"a/b", "it's", "100%", "ü ☃", "..", std::string(250, 'n')};
    for (const std::string& name : names) {
        batch.runs.push_back({.scope = batch.scope,
                              .dag_id = name,
                              .run_id = name,
                              .state = model::RunState::kFailed,
                              .original_state = "failed",
                              .logical_date = *ParseTime("2026-11-20T00:00:00Z")});
    }
    lake_->Apply(batch);
    for (const std::string& name : names) {
        const std::string encoded = net::PercentEncode(name);
        EXPECT_EQ(StringOr(Get("/api/v1/dags/" + encoded + "/runs/2026-11-20/" + encoded), "run_id"), name);
    }
}

TEST_F(HostileTest, NoAnswerHoldsAPathSqlOrATrace) {
    store_->identity().Audit({.org = first_.org});  // the store works until it is taken away
    std::filesystem::remove_all(folder_ / "records");
    for (const std::string& target :
         {RunPath("/phases/extract/logs"), RunPath("/phases/extract/data?keyword=x"), std::string("/health")}) {
        const std::string body = Ask("GET", target).body;
        for (const std::string& secret :
             {folder_.string(), std::string("SELECT"), std::string(".cpp"), first_.api_key}) {
            EXPECT_FALSE(body.contains(secret)) << target << ": " << body;
        }
    }
}

}  // namespace
}  // namespace dagy::api
