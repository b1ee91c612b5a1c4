#include "api/run_routes.h"

#include <set>

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class RunRoutesTest : public ApiTest {
  protected:
    json::object Search(const std::string& query) {
        return Get("/api/v1/dags/sales%2Feu/runs?date_from=2026-11-19&date_to=2026-11-21&" + query);
    }
    int64_t Found(const std::string& query) { return IntOr(Search(query), "total", -1); }

    void AddRuns(const std::string& dag, int count) {
        model::Batch batch{.scope = {first_.org, first_.deployment}};
        for (int i = 0; i < count; ++i) {
            const Time start = *ParseTime("2026-11-20T05:00:00Z") + std::chrono::minutes(i);
            batch.runs.push_back({.scope = batch.scope,
                                  .dag_id = dag,
                                  .run_id = "r" + std::to_string(i),
                                  .state = model::RunState::kSucceeded,
                                  .original_state = "success",
                                  .started_at = start,
                                  .ended_at = start});
        }
        lake_->Apply(batch);
    }
};

TEST_F(RunRoutesTest, SearchGivesTheDocumentedShape) {
    const json::object body = Search("page=0&limit=20");
    EXPECT_EQ(IntOr(body, "total", 0), 1);
    for (const char* field : {"items", "total", "limit", "page", "offset", "has_more"})
        EXPECT_TRUE(body.contains(field)) << field;
    const json::object& run = GetArray(body, "items")->at(0).as_object();
    EXPECT_EQ(StringOr(run, "run_id"), kRunId);
    EXPECT_EQ(StringOr(run, "state"), "FAILED");
    EXPECT_EQ(GetDouble(run, "duration_seconds"), 90.0);
    EXPECT_EQ(IntOr(run, "attempt", 0), 2);
    const json::object& extract = *GetObject(*GetObject(run, "phases"), "extract");
    for (const char* field :
         {"success", "message", "total", "status", "attempt", "log_count", "error_log_count", "s3_data_path"}) {
        EXPECT_TRUE(extract.contains(field)) << field;
    }
    EXPECT_EQ(StringOr(extract, "status"), "error");
}

TEST_F(RunRoutesTest, ARunThatIsNotThereIsAnsweredWithWhatIs) {
    const auto hint = [&](const std::string& dag, const std::string& run) {
        return StringOr(Get("/api/v1/runs?dag_id=" + dag + "&run_id=" + run), "hint");
    };
    AddRuns("daily", 4);
    EXPECT_EQ(hint("daily", "something-else"), "its newest runs: `r3`, `r2`, `r1`");
    EXPECT_EQ(hint("daly", "r1"), "dags that are there: `daily`");
    EXPECT_EQ(hint("qqqqqqqqqqqq", "r1"), "no dag is called like that");
}

TEST_F(RunRoutesTest, SearchFiltersByPhaseStatusAndKeyword) {
    EXPECT_EQ(Found("extract_status=error"), 1);
    EXPECT_EQ(Found("extract_status=success"), 0);
    EXPECT_EQ(Found("transform_status=missing"), 1);
    EXPECT_EQ(Found("load_status=all"), 1);
    EXPECT_EQ(Found("extract_keyword=nowhere"), 0);
    EXPECT_EQ(Found("event_keyword=a"), 0);
}

TEST_F(RunRoutesTest, FullDepthLooksIntoEveryRowAndSaysWhere) {
    EXPECT_EQ(Found("extract_keyword=amount_100%25"), 0) << "the head does not look into logs";
    const json::object body = Search("extract_keyword=amount&depth=full");
    EXPECT_EQ(IntOr(body, "total", -1), 1);
    const json::object& run = GetArray(body, "items")->at(0).as_object();
    const json::array& matches = *GetArray(run, "matches");
    ASSERT_EQ(matches.size(), 2U);
    EXPECT_EQ(StringOr(matches.at(0).as_object(), "kind"), "errors");
    EXPECT_EQ(StringOr(matches.at(1).as_object(), "kind"), "logs");
    EXPECT_EQ(IntOr(matches.at(1).as_object(), "row", -1), 100);
    EXPECT_EQ(StringOr(matches.at(1).as_object(), "snippet"), "KeyError: 'amount_100%'");
    EXPECT_EQ(GetBool(run, "matches_truncated"), false);

    const json::object many = Search("extract_keyword=LINE&depth=full");
    EXPECT_EQ(GetArray(GetArray(many, "items")->at(0).as_object(), "matches")->size(), 20U);
    EXPECT_EQ(GetBool(GetArray(many, "items")->at(0).as_object(), "matches_truncated"), true);

    EXPECT_EQ(Found("extract_keyword=m%C3%81LAGA&depth=full"), 1) << "data rows";
    EXPECT_EQ(Found("extract_keyword=nowhere&depth=full"), 0);
    EXPECT_EQ(Found("load_keyword=amount&depth=full"), 0) << "only that phase's rows";
    EXPECT_EQ(Found("extract_keyword=amount&load_keyword=amount&depth=full"), 0) << "all keywords have to be there";
    EXPECT_EQ(Found("extract_keyword=error&depth=full"), 1) << "what the head matches is matched";
    ExpectProblem(Ask("GET", "/api/v1/dags/sales%2Feu/runs?date_from=2026-11-19&date_to=2026-11-21&depth=deep"), 422,
                  "invalid_input");
}

TEST_F(RunRoutesTest, FullDepthPagesAndTakesNoLongerThanItMay) {
    model::Batch batch{.scope = {first_.org, first_.deployment}};
    for (int i = 0; i < 23; ++i) {
        const model::RunName name{"sales/eu", "n" + std::to_string(i)};
        batch.runs.push_back({.scope = batch.scope,
                              .dag_id = name.dag_id,
                              .run_id = name.run_id,
                              .logical_date = *ParseTime("2026-11-20T00:00:00Z") + std::chrono::minutes(i)});
        batch.records.push_back({.run = name,
                                 .phase = "extract",
                                 .kind = model::RecordKind::kLog,
                                 .logs = {{.message = i % 2 == 0 ? "needle" : "hay"}}});
    }
    lake_->Apply(batch);
    std::set<std::string> seen;
    for (int page = 0; page < 4; ++page) {
        const json::object body = Search("extract_keyword=needle&depth=full&limit=5&page=" + std::to_string(page));
        EXPECT_EQ(IntOr(body, "total", -1), 12);
        for (const json::value& item : *GetArray(body, "items")) {
            EXPECT_EQ(GetArray(item.as_object(), "matches")->size(), 1U);
            EXPECT_TRUE(seen.insert(StringOr(item.as_object(), "run_id")).second);
        }
    }
    EXPECT_EQ(seen.size(), 12U);

    ApiOptions options = DefaultOptions();
    options.search.time = std::chrono::milliseconds(0);
    MakeApi(options);
    const json::object problem = ExpectProblem(
        Ask("GET",
            "/api/v1/dags/sales%2Feu/runs?date_from=2026-11-19&date_to=2026-11-21&depth=full&extract_keyword=hay"),
        504, "timed_out");
    EXPECT_TRUE(StringOr(problem, "detail").contains("/api/v1/search"));
}

TEST_F(RunRoutesTest, SearchByRunIds) {
    AddRuns("sales/eu", 5);
    EXPECT_EQ(Found("run_ids=r1,r3,unknown"), 2);
    EXPECT_EQ(Found(""), 6);
    const json::object page = Search("limit=2&page=2");
    EXPECT_EQ(GetArray(page, "items")->size(), 2U);
    EXPECT_EQ(IntOr(page, "offset", 0), 4);
    EXPECT_EQ(GetBool(page, "has_more"), false);
}

TEST_F(RunRoutesTest, SearchListsEveryFault) {
    const json::object problem =
        ExpectProblem(Ask("GET",
                          "/api/v1/dags/sales/"
                          "runs?date_from=yesterday&limit=500&page=-1&extract_status=fine&transforn_status=all&page=2"),
                      422, "invalid_input");
    std::vector<std::string> names;
    for (const auto& fault : *GetArray(problem, "errors")) names.push_back(StringOr(fault.as_object(), "parameter"));
    EXPECT_EQ(names, (std::vector<std::string>{"date_from", "date_to", "extract_status", "page", "limit",
                                               "transforn_status"}));
}

TEST_F(RunRoutesTest, SearchRefusesRangesThatAreTurnedAroundOrTooLong) {
    ExpectProblem(Ask("GET", "/api/v1/dags/d/runs?date_from=2026-11-21&date_to=2026-11-20"), 422, "invalid_input");
    ExpectProblem(Ask("GET", "/api/v1/dags/d/runs?date_from=2026-11-01&date_to=2026-11-08"), 422, "invalid_input");
    EXPECT_EQ(Ask("GET", "/api/v1/dags/d/runs?date_from=2026-11-01&date_to=2026-11-07").status, 200);
    ExpectProblem(Ask("GET", "/api/v1/dags/d/runs?date_from=2026-02-30&date_to=2026-11-07"), 422, "invalid_input");
}

TEST_F(RunRoutesTest, OneRunByItsEncodedId) {
    EXPECT_EQ(StringOr(Get(RunPath()), "run_id"), kRunId);
    ExpectProblem(Ask("GET", "/api/v1/dags/sales%2Feu/runs/2026-11-20/nope"), 404, "not_found");
    const json::object wrong_date = ExpectProblem(
        Ask("GET", "/api/v1/dags/sales%2Feu/runs/2026-11-19/" + net::PercentEncode(kRunId)), 404, "not_found");
    EXPECT_TRUE(StringOr(wrong_date, "detail").contains("2026-11-20"));
    ExpectProblem(Ask("GET", "/api/v1/dags/sales%2Feu/runs/today/x"), 422, "invalid_input");
}

TEST_F(RunRoutesTest, TasksComeWithTheGraphOfTheRunsVersion) {
    const json::object body = Get(RunPath("/tasks"));
    EXPECT_EQ(StringOr(body, "dag_version"), "3");
    EXPECT_EQ(json::serialize(GetObject(body, "graph")->at("edges")), R"([{"from":"extract","to":"load"}])");
    const json::array& attempts = *GetArray(body, "attempts");
    ASSERT_EQ(attempts.size(), 3U);
    EXPECT_EQ(StringOr(attempts[2].as_object(), "state"), "UPSTREAM_FAILED");
}

TEST_F(RunRoutesTest, ListCarriesTheCauseOfTheLatestDiagnosis) {
    const auto cause = [&] { return GetArray(Get("/api/v1/runs"), "items")->at(0).as_object().at("cause"); };
    EXPECT_TRUE(cause().is_null());
    const std::string id = RequestDiagnosis();
    Tell(id, {"looking"});
    Finish(id);
    EXPECT_EQ(json::serialize(cause()),
              R"({"root_cause_type":"USER_CODE_KEY_ERROR","title":"Key is missing","confidence":9E-1})");
}

TEST_F(RunRoutesTest, ListPagesByCursorThroughEverythingOnce) {
    AddRuns("other", 25);
    std::vector<std::string> seen;
    std::string cursor;
    for (int pages = 0; pages < 10; ++pages) {
        const json::object page = Get("/api/v1/runs?limit=7" + (cursor.empty() ? "" : "&cursor=" + cursor));
        EXPECT_EQ(IntOr(page, "total", 0), 26);
        for (const auto& item : *GetArray(page, "items")) seen.push_back(StringOr(item.as_object(), "run_id"));
        EXPECT_EQ(GetBool(page, "has_more"), page.at("next_cursor").is_string());
        if (page.at("next_cursor").is_null()) break;
        cursor = StringOr(page, "next_cursor");
    }
    EXPECT_EQ(seen.size(), 26U);
    std::ranges::sort(seen);
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
}

TEST_F(RunRoutesTest, ListFiltersAndRefuses) {
    AddRuns("other", 3);
    EXPECT_EQ(IntOr(Get("/api/v1/runs?state=FAILED"), "total", 0), 1);
    EXPECT_EQ(IntOr(Get("/api/v1/runs?state=FAILED,SUCCEEDED&dag_id=other"), "total", 0), 3);
    EXPECT_EQ(IntOr(Get("/api/v1/runs?run_id=r2"), "total", 0), 1);
    EXPECT_TRUE(StringOr(Get("/api/v1/runs?run_id=r9&dag_id=other"), "hint").contains("r2"));
    ExpectProblem(Ask("GET", "/api/v1/runs?state=broken"), 422, "invalid_input");
    ExpectProblem(Ask("GET", "/api/v1/runs?cursor=zzz"), 422, "invalid_input");
    ExpectProblem(Ask("GET", "/api/v1/runs?cursor=99999"), 422, "invalid_input");
    ExpectProblem(Ask("GET", "/api/v1/runs?limit=0"), 422, "invalid_input");
    ExpectProblem(Ask("GET", "/api/v1/runs?limit=99999999999999999999"), 422, "invalid_input");
}

TEST_F(RunRoutesTest, Dags) {
    const json::object list = Get("/api/v1/dags");
    ASSERT_EQ(IntOr(list, "total", 0), 1);
    const json::object& dag = GetArray(list, "items")->at(0).as_object();
    EXPECT_EQ(IntOr(dag, "failed_runs", 0), 1);
    const json::object one = Get("/api/v1/dags/sales%2Feu");
    EXPECT_EQ(StringOr(one, "source"), "# dag");
    EXPECT_EQ(GetArray(one, "nodes")->size(), 2U);
    EXPECT_EQ(StringOr(Get("/api/v1/dags/sales%2Feu?version=3"), "version"), "3");
    ExpectProblem(Ask("GET", "/api/v1/dags/sales%2Feu?version=9"), 404, "not_found");
    const json::object close = ExpectProblem(Ask("GET", "/api/v1/dags/sales"), 404, "not_found");
    EXPECT_TRUE(StringOr(close, "detail").contains("sales/eu"));
}

}  // namespace
}  // namespace dagy::api
