// Deleting runs, keeping them for a time, and the lake's upkeep, through the API.
#include "api/upkeep_routes.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class UpkeepRoutesTest : public ApiTest {
  protected:
    std::string KeyOf(const std::string& role) {
        return StringOr(BodyOf(Ask("POST", "/api-keys", R"({"name":"k","role":")" + role + R"("})")), "key");
    }
    /// The lines of an answer that streams.
    std::vector<json::object> Lines(const std::string& method, const std::string& target) {
        net::Response response = Ask(method, target);
        EXPECT_EQ(response.status, 200) << response.body;
        if (!response.stream) return {};
        const auto writer = std::make_shared<TestWriter>();
        response.stream(writer);
        const std::string text = writer->WaitEnd();
        EXPECT_TRUE(writer->whole());
        std::vector<json::object> lines;
        for (size_t at = 0; at < text.size();) {
            const size_t end = text.find('\n', at);
            lines.push_back(json::parse(text.substr(at, end - at)).as_object());
            at = end + 1;
        }
        return lines;
    }
    void Settle() {
        const auto run = store_->runs().FindRun(first_.org, std::nullopt, "sales/eu", kRunId);
        lake_->Settle({run->key, "extract", 1});
    }
};

TEST_F(UpkeepRoutesTest, ADeletedRunIsGoneAndTheTrailSaysSo) {
    Settle();
    const std::string diagnosis = RequestDiagnosis();
    const json::object busy = ExpectProblem(Ask("DELETE", RunPath()), 409, "conflict");
    EXPECT_TRUE(StringOr(busy, "detail").contains(diagnosis)) << StringOr(busy, "detail");
    Tell(diagnosis, {"a sentence"});
    Finish(diagnosis);
    const net::Response answer = Ask("DELETE", RunPath());
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::object deleted = BodyOf(answer);
    EXPECT_EQ(IntOr(deleted, "rows", 0), 122);
    EXPECT_EQ(IntOr(deleted, "attempts", 0), 3);
    EXPECT_EQ(IntOr(deleted, "diagnoses", 0), 1);
    EXPECT_EQ(IntOr(deleted, "objects", 0), 3);
    EXPECT_TRUE(objects_->List("org=").empty());
    ExpectProblem(Ask("GET", RunPath()), 404, "not_found");
    ExpectProblem(Ask("GET", RunPath("/phases/extract/logs")), 404, "not_found");
    ExpectProblem(Ask("GET", DiagnosesPath("/" + diagnosis)), 404, "not_found");
    ExpectProblem(Ask("DELETE", RunPath()), 404, "not_found");
    EXPECT_EQ(IntOr(Get("/api/v1/runs"), "total", -1), 0);
    const store::AuditEntry entry = store_->identity().AuditEntries(first_.org, 1).at(0);
    EXPECT_EQ(entry.resource_type, "run");
    EXPECT_EQ(entry.action, "delete");
    EXPECT_EQ(entry.request_id, "req_test");
    EXPECT_EQ(IntOr(entry.before, "rows", 0), 122);
}

TEST_F(UpkeepRoutesTest, OnlyThoseWhoMayDelete) {
    ExpectProblem(Ask(Request("DELETE", RunPath()), KeyOf("developer")), 403, "forbidden");
    ExpectProblem(Ask(Request("DELETE", RunPath()), other_key_), 404, "not_found");
    ExpectProblem(Ask(Request("DELETE", RunPath()), ""), 401, "unauthorized");
    ExpectProblem(Ask(Request("POST", "/api/v1/lake/compact"), KeyOf("developer")), 403, "forbidden");
    EXPECT_EQ(Get(RunPath()).at("run_id"), kRunId);
}

TEST_F(UpkeepRoutesTest, ARunningRunStays) {
    model::Batch batch{.scope = {first_.org, first_.deployment}};
    batch.runs.push_back({.scope = batch.scope,
                          .dag_id = "sales/eu",
                          .run_id = "now",
                          .state = model::RunState::kRunning,
                          .started_at = ParseTime("2026-11-20T09:00:00Z")});
    lake_->Apply(batch);
    ExpectProblem(Ask("DELETE", "/api/v1/dags/sales%2Feu/runs/2026-11-20/now"), 409, "conflict");
}

TEST_F(UpkeepRoutesTest, RetentionIsSetPerDag) {
    MakeApi({.rate = {.per_minute = 0}, .retention_days = 90});
    const std::string path = "/api/v1/dags/sales%2Feu/retention";
    EXPECT_EQ(Get(path).at("keeps_days"), 90);
    EXPECT_TRUE(Get(path).at("days").is_null());
    EXPECT_EQ(BodyOf(Ask("PUT", path, R"({"days": 7})")).at("keeps_days"), 7);
    EXPECT_EQ(Get(path).at("days"), 7);
    EXPECT_TRUE(BodyOf(Ask("PUT", path, R"({"days": 0})")).at("keeps_days").is_null());
    EXPECT_EQ(store_->identity().AuditEntries(first_.org, 1).at(0).before.at("days"), 7);
    EXPECT_EQ(BodyOf(Ask("PUT", path, R"({"days": null})")).at("keeps_days"), 90);
    for (const char* wrong :
         {R"({"days": -1})", R"({"days": 1.5})", R"({"days": "7"})", R"({})", R"({"days":1,"x":2})"})
        ExpectProblem(Ask("PUT", path, wrong), 422, "invalid_input");
    ExpectProblem(Ask("PUT", "/api/v1/dags/sale/retention", R"({"days": 7})"), 404, "not_found");
    ExpectProblem(Ask(Request("GET", path), other_key_), 404, "not_found");
    ExpectProblem(Ask(Request("PUT", path, R"({"days": 7})"), KeyOf("developer")), 403, "forbidden");
}

TEST_F(UpkeepRoutesTest, RetainingSaysWhatWentAndADryRunWhatWould) {
    clock_.Set(*ParseTime("2026-12-20T10:00:00Z"));
    Ask("PUT", "/api/v1/dags/sales%2Feu/retention", R"({"days": 7})");
    auto lines = Lines("POST", "/api/v1/lake/retain?dry_run=true");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].at("kind"), "would_delete");
    EXPECT_EQ(lines[0].at("run_id"), kRunId);
    EXPECT_EQ(lines[1].at("deleted"), 1);
    EXPECT_EQ(Get(RunPath()).at("run_id"), kRunId);
    lines = Lines("POST", "/api/v1/lake/retain");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].at("kind"), "deleted");
    ExpectProblem(Ask("GET", RunPath()), 404, "not_found");
    EXPECT_EQ(store_->identity().AuditEntries(first_.org, 1).at(0).after.at("reason"), "retention");
}

TEST_F(UpkeepRoutesTest, ADamagedObjectIsNamedWhereItIsNeededAndNowhereElse) {
    Settle();
    std::string damaged;
    for (const auto& object : objects_->List("org="))
        if (object.key.contains("/logs_")) damaged = object.key;
    objects_->Put(damaged, "not parquet");
    for (const char* rest :
         {"/phases/extract/logs", "/phases/extract/logs?level=ERROR", "/phases/extract/logs?keyword=key"}) {
        const json::object problem = ExpectProblem(Ask("GET", RunPath(rest)), 502, "storage_failed");
        EXPECT_TRUE(StringOr(problem, "detail").contains(damaged)) << StringOr(problem, "detail");
        EXPECT_FALSE(StringOr(problem, "detail").contains(folder_.string()));
    }
    for (const char* rest :
         {"", "/tasks", "/phases/extract", "/phases/extract/errors", "/phases/extract/data", "/event"})
        EXPECT_EQ(Ask("GET", RunPath(rest)).status, 200) << rest;
    const auto lines = Lines("POST", "/api/v1/lake/check");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].at("kind"), "damaged");
    EXPECT_EQ(StringOr(lines[0], "object"), damaged);
    EXPECT_EQ(lines[1].at("sound"), false);
    EXPECT_EQ(lines[1].at("objects"), 3);
    objects_->Delete(damaged);
    const json::object problem = ExpectProblem(Ask("GET", RunPath("/phases/extract/logs")), 502, "storage_failed");
    EXPECT_TRUE(StringOr(problem, "detail").contains(damaged));
    EXPECT_EQ(Ask("DELETE", RunPath()).status, 200) << "what is damaged can be deleted";
}

TEST_F(UpkeepRoutesTest, CompactingAndExporting) {
    Settle();
    model::Batch more{.scope = {first_.org, first_.deployment}};
    more.records.push_back({.run = {"sales/eu", kRunId}, .phase = "extract", .logs = {{.message = "one more"}}});
    lake_->Apply(more);
    Settle();
    const auto lines = Lines("POST", "/api/v1/lake/compact?dag_id=sales%2Feu");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].at("chunks"), 2);
    EXPECT_EQ(lines[1].at("merges"), 1);
    EXPECT_EQ(IntOr(Get(RunPath("/phases/extract/logs")), "total", 0), 121);
    ExpectProblem(Ask("POST", "/api/v1/lake/compact?dag_id=sale"), 404, "not_found");
    ExpectProblem(Ask("POST", "/api/v1/lake/check?date_from=yesterday"), 422, "invalid_input");
    net::Response tar = Ask("GET", "/api/v1/lake/export");
    EXPECT_EQ(tar.content_type, "application/x-tar");
    const auto writer = std::make_shared<TestWriter>();
    tar.stream(writer);
    EXPECT_TRUE(writer->WaitEnd().contains(R"("damaged":[])"));
    net::Response theirs = Ask(Request("GET", "/api/v1/lake/export"), other_key_);
    const auto empty = std::make_shared<TestWriter>();
    theirs.stream(empty);
    EXPECT_TRUE(empty->WaitEnd().contains(R"("objects":0)"));
}

}  // namespace
}  // namespace dagy::api
