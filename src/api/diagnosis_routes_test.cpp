#include "api/diagnosis_routes.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class DiagnosisRoutesTest : public ApiTest {
  protected:
    net::Response Post(const std::string& body, const std::string& query = {}) {
        return Ask("POST", DiagnosesPath() + query, body);
    }
    std::string Detail(const net::Response& response) { return StringOr(BodyOf(response), "detail"); }
};

TEST_F(DiagnosisRoutesTest, PostIs202WithTheSeedsThreeMembers) {
    const net::Response response = Post(R"({"dagId":"sales/eu","runId":")" + std::string(kRunId) +
                                        R"(","taskId":"extract","tryNumbers":[2,1,2]})");
    ASSERT_EQ(response.status, 202) << response.body;
    const json::object body = BodyOf(response);
    EXPECT_EQ(body.size(), 3U);
    EXPECT_TRUE(StringOr(body, "runId").starts_with("diag_"));
    EXPECT_EQ(StringOr(body, "status"), "pending");
    EXPECT_EQ(StringOr(body, "createdAt"), "2026-11-20T10:00:00.000000Z");
    const auto run = store_->diagnoses().Find({first_.org, first_.deployment}, StringOr(body, "runId"));
    EXPECT_EQ(run->request.try_numbers, (std::vector<int>{1, 2}));
}

TEST_F(DiagnosisRoutesTest, ASecondPostJoinsAndForceDoesNot) {
    const std::string first = RequestDiagnosis();
    EXPECT_EQ(RequestDiagnosis(), first);
    const std::string body = R"({"dagId":"sales/eu","runId":")" + std::string(kRunId) + "\"}";
    EXPECT_NE(StringOr(BodyOf(Post(body, "?force=true")), "runId"), first);
}

TEST_F(DiagnosisRoutesTest, ABadBodyIs400WithEveryFault) {
    ExpectProblem(Post("{"), 400, "bad_request");
    ExpectProblem(Post(""), 400, "bad_request");
    ExpectProblem(Post("[1]"), 400, "bad_request");
    const json::object problem = ExpectProblem(Post(R"({"runId":1,"tryNumbers":[0],"x":2})"), 400, "bad_request");
    EXPECT_EQ(GetArray(problem, "errors")->size(), 4U);
    ExpectProblem(Post(std::string(100, '[')), 400, "bad_request");
    ExpectProblem(Post("{\"dagId\":\"a\\u0000b\",\"runId\":\"r\"}"), 400, "bad_request");
    ExpectProblem(Post(R"({"dagId":"a","runId":"r"})", "?force=maybe"), 400, "bad_request");
}

TEST_F(DiagnosisRoutesTest, UnknownThingsAre404AndSayWhatIsClose) {
    const std::string run_id = kRunId;
    const net::Response dag = Post(R"({"dagId":"sales/us","runId":")" + run_id + "\"}");
    ExpectProblem(dag, 404, "not_found");
    EXPECT_TRUE(Detail(dag).contains("did you mean `sales/eu`")) << Detail(dag);
    const net::Response run = Post(R"({"dagId":"sales/eu","runId":"scheduled__2026-11-20T04:00:00+00:00"})");
    ExpectProblem(run, 404, "not_found");
    EXPECT_TRUE(Detail(run).contains(run_id)) << Detail(run);
    const net::Response task = Post(R"({"dagId":"sales/eu","runId":")" + run_id + R"(","taskId":"extrakt"})");
    ExpectProblem(task, 404, "not_found");
    EXPECT_TRUE(Detail(task).contains("`extract`")) << Detail(task);
}

TEST_F(DiagnosisRoutesTest, StatusFollowsTheRun) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"looking"});
    const json::object status = Get(DiagnosesPath("/" + id + "/status"));
    EXPECT_EQ(StringOr(status, "runId"), id);
    EXPECT_EQ(StringOr(status, "status"), "running");
    EXPECT_TRUE(status.contains("createdAt") && status.contains("updatedAt"));
    ExpectProblem(Ask("GET", DiagnosesPath("/diag_no/status")), 404, "not_found");
}

TEST_F(DiagnosisRoutesTest, ResultIs409UntilItIsThere) {
    const std::string id = RequestDiagnosis();
    ExpectProblem(Ask("GET", DiagnosesPath("/" + id + "/result")), 409, "conflict");
    Tell(id, {"looking"});
    ExpectProblem(Ask("GET", DiagnosesPath("/" + id + "/result")), 409, "conflict");
    Finish(id);
    EXPECT_EQ(StringOr(Get(DiagnosesPath("/" + id + "/result")), "title"), "Key is missing");
    EXPECT_EQ(GetBool(Get(DiagnosesPath("/" + id + "/verify")), "ok"), true);
}

TEST_F(DiagnosisRoutesTest, AFailedDiagnosisSaysWhyInIts409) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"looking"});
    store_->diagnoses().Advance(id, model::DiagnosisState::kFailed,
                                {{.event = "error", .data = "{}", .at = clock_.Now()}}, std::nullopt, "", clock_.Now(),
                                "storage_failed", "a chunk is damaged");
    const net::Response response = Ask("GET", DiagnosesPath("/" + id + "/result"));
    ExpectProblem(response, 409, "conflict");
    EXPECT_TRUE(Detail(response).contains("a chunk is damaged"));
}

TEST_F(DiagnosisRoutesTest, ResultAsMarkdown) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"looking"});
    Finish(id);
    net::Request request = Request("GET", DiagnosesPath("/" + id + "/result"));
    request.headers.emplace_back("accept", "text/markdown");
    const net::Response response = Ask(std::move(request), first_.api_key);
    EXPECT_TRUE(response.content_type.starts_with("text/markdown"));
    EXPECT_TRUE(response.body.starts_with("# Key is missing\n")) << response.body;
}

}  // namespace
}  // namespace dagy::api
