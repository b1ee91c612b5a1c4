#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class DagHistoryTest : public ApiTest {
  protected:
    /// One run a day from 2026-11-01 on: h01 … hNN, each with a task that is tried twice.
    void ApplyHistory(int runs) {
        model::Batch batch{.scope = {first_.org, first_.deployment}};
        for (int i = 0; i < runs; ++i) {
            const Time start = *ParseTime("2026-11-01T05:00:00Z") + std::chrono::days(i);
            const model::RunName name{"history", (i < 9 ? "h0" : "h") + std::to_string(i + 1)};
            batch.runs.push_back({.scope = batch.scope,
                                  .dag_id = name.dag_id,
                                  .run_id = name.run_id,
                                  .dag_version = "1",
                                  .state = i % 5 == 4 ? model::RunState::kFailed : model::RunState::kSucceeded,
                                  .started_at = start,
                                  .ended_at = start + std::chrono::seconds(60 + i)});
            for (const int attempt : {1, 2}) {
                batch.attempts.push_back(
                    {name,
                     {.task_id = "load[3]",
                      .mapped_of = "load",
                      .map_index = 3,
                      .attempt = attempt,
                      .state = attempt == 1 ? model::AttemptState::kFailed : model::AttemptState::kSucceeded,
                      .started_at = start,
                      .ended_at = start + std::chrono::seconds(attempt)}});
            }
        }
        lake_->Apply(batch);
    }

    void Diagnose(const std::string& dag, const std::string& run, const std::string& code, const std::string& root) {
        bool created = false;
        const auto made =
            store_->diagnoses().CreateOrJoin({.scope = {first_.org, first_.deployment}, .dag_id = dag, .run_id = run},
                                             false, true, clock_.Now(), &created);
        store_->diagnoses().Advance(made.id, model::DiagnosisState::kRunning, {}, std::nullopt, "", clock_.Now());
        const std::string result = json::serialize(json::object{{"root_cause_type", code}, {"root_cause_task", root}});
        store_->diagnoses().Advance(made.id, model::DiagnosisState::kCompleted, {}, result, "h", clock_.Now());
        clock_.Set(clock_.Now() + std::chrono::seconds(1));
    }

    std::vector<std::string> TimelineRuns(const std::string& query) {
        std::vector<std::string> ids;
        const json::object body = Get("/api/v1/dags/history/timeline?" + query);
        for (const json::value& run : body.at("runs").as_array()) ids.emplace_back(run.at("run_id").as_string());
        return ids;
    }

    static std::vector<std::string> Ids(std::initializer_list<const char*> ids) { return {ids.begin(), ids.end()}; }
};

TEST_F(DagHistoryTest, StatisticsOfTheLastThirtyDays) {
    ApplyHistory(40);
    Diagnose("history", "h15", "OLD", "history.load");
    Diagnose("history", "h15", "NEW", "history.load");
    const json::object body = Get("/api/v1/dags/history/statistics");
    EXPECT_EQ(StringOr(body, "date_to"), "2026-12-10") << "the newest run's date";
    EXPECT_EQ(StringOr(body, "date_from"), "2026-11-11");
    EXPECT_EQ(IntOr(body, "runs", 0), 30);
    EXPECT_EQ(IntOr(body, "failed", 0), 6);
    EXPECT_EQ(body.at("by_day").as_array().size(), 30U);
    const json::array& tasks = body.at("tasks").as_array();
    ASSERT_EQ(tasks.size(), 1U);
    EXPECT_EQ(tasks[0].at("task_id").as_string(), "load");
    EXPECT_EQ(tasks[0].at("attempts").as_int64(), 60);
    ASSERT_EQ(body.at("causes").as_array().size(), 1U) << "only the newest diagnosis of a run counts";
    EXPECT_EQ(body.at("causes").at(0).at("code").as_string(), "NEW");
}

TEST_F(DagHistoryTest, StatisticsOfARange) {
    ApplyHistory(10);
    const json::object body = Get("/api/v1/dags/history/statistics?date_from=2026-11-02&date_to=2026-11-03");
    EXPECT_EQ(IntOr(body, "runs", 0), 2);
    EXPECT_EQ(body.at("duration_seconds").at("max").to_number<double>(), 62);
    EXPECT_EQ(IntOr(Get("/api/v1/dags/history/statistics?date_from=2026-11-09"), "runs", 0), 2);
    EXPECT_EQ(IntOr(Get("/api/v1/dags/history/statistics?date_from=2027-01-01"), "runs", -1), 0);
    EXPECT_EQ(StringOr(Get("/api/v1/dags/history/statistics?date_from=2000-01-01"), "date_to"), "2000-12-31")
        << "as far as the range allows";
    const std::string target = "/api/v1/dags/history/statistics?";
    ExpectProblem(Ask("GET", target + "date_from=2026-11-03&date_to=2026-11-02"), 422, "invalid_input");
    ExpectProblem(Ask("GET", target + "date_from=2025-11-03&date_to=2026-11-05"), 422, "invalid_input");
    ExpectProblem(Ask("GET", target + "date_from=2026-02-30"), 422, "invalid_input");
    ExpectProblem(Ask("GET", target + "date_from=0000-01-01&date_to=9999-12-31"), 422, "invalid_input");
}

TEST_F(DagHistoryTest, TimelineIsOldestFirst) {
    ApplyHistory(10);
    Diagnose("history", "h10", "CODE", "history.load");
    EXPECT_EQ(TimelineRuns("limit=3"), Ids({"h08", "h09", "h10"}));
    EXPECT_EQ(TimelineRuns("").size(), 10U);
    const json::object body = Get("/api/v1/dags/history/timeline?limit=1");
    const json::object& run = body.at("runs").at(0).as_object();
    EXPECT_EQ(StringOr(run, "cause"), "CODE");
    EXPECT_EQ(StringOr(run, "root_task_id"), "load");
    EXPECT_TRUE(StringOr(run, "diagnosis_run_id").starts_with("diag_"));
    const json::array& attempts = run.at("attempts").as_array();
    ASSERT_EQ(attempts.size(), 2U);
    EXPECT_EQ(attempts[0].at("map_index").as_int64(), 3);
    EXPECT_EQ(attempts[1].at("state").as_string(), "SUCCEEDED");
}

TEST_F(DagHistoryTest, TimelineEndsWithTheNamedRun) {
    ApplyHistory(10);
    EXPECT_EQ(TimelineRuns("before_run=h05&limit=3"), Ids({"h03", "h04", "h05"}));
    EXPECT_EQ(TimelineRuns("before_run=h01"), Ids({"h01"}));
    EXPECT_EQ(TimelineRuns("before_run=h02&limit=1"), Ids({"h02"}));
    ExpectProblem(Ask("GET", "/api/v1/dags/history/timeline?before_run=h99"), 404, "not_found");
    ExpectProblem(Ask("GET", "/api/v1/dags/history/timeline?limit=201"), 422, "invalid_input");
}

TEST_F(DagHistoryTest, ARootInAnotherDagIsNoTaskOfThisOne) {
    ApplyHistory(5);
    Diagnose("history", "h05", "CODE", "upstream.fetch");
    const json::object body = Get("/api/v1/dags/history/timeline?limit=1");
    EXPECT_TRUE(body.at("runs").at(0).at("root_task_id").is_null());
    EXPECT_EQ(body.at("runs").at(0).at("cause").as_string(), "CODE");
}

TEST_F(DagHistoryTest, AnotherOrganizationHasNoSuchDag) {
    ApplyHistory(3);
    for (const char* page : {"statistics", "timeline", "timeline?before_run=h01"}) {
        const auto answer = Ask(Request("GET", std::string("/api/v1/dags/history/") + page), other_key_);
        ExpectProblem(answer, 404, "not_found");
    }
    ExpectProblem(Ask("GET", "/api/v1/dags/histori/statistics"), 404, "not_found");
    ExpectProblem(Ask("GET", "/api/v1/dags/history/statistics?deployment_id=dep_other"), 404, "not_found");
}

}  // namespace
}  // namespace dagy::api
