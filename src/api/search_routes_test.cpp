#include "api/search_routes.h"

#include <gmock/gmock.h>

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

using testing::HasSubstr;

class SearchRoutesTest : public ApiTest {
  protected:
    net::Response Open(const std::string& query, bool stream) {
        net::Request request = Request("GET", "/api/v1/search?" + query);
        if (stream) request.headers.emplace_back("accept", "application/x-ndjson");
        return Ask(std::move(request), first_.api_key);
    }
    static std::string Drain(net::Response& response) {
        EXPECT_EQ(response.status, 200) << response.body;
        const auto writer = std::make_shared<TestWriter>();
        response.stream(writer);
        const std::string bytes = writer->WaitEnd();
        EXPECT_TRUE(writer->whole());
        return bytes;
    }
    json::object Search(const std::string& query) {
        net::Response response = Open(query, false);
        EXPECT_EQ(response.content_type, "application/json");
        return ParseJson(Drain(response), "the answer").as_object();
    }
    std::vector<json::object> Stream(const std::string& query) {
        net::Response response = Open(query, true);
        EXPECT_EQ(response.content_type, "application/x-ndjson");
        std::string rest = Drain(response);
        std::vector<json::object> lines;
        for (size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
            lines.push_back(ParseJson(rest.substr(0, end), "a line").as_object());
            rest.erase(0, end + 1);
        }
        EXPECT_EQ(rest, "");
        return lines;
    }
    static std::vector<json::object> Of(const std::vector<json::object>& lines, std::string_view type) {
        std::vector<json::object> some;
        for (const json::object& line : lines)
            if (StringOr(line, "type") == type) some.push_back(line);
        return some;
    }
    /// Runs r0, r1 … of a dag, each with this one line.
    void AddRuns(size_t count, const std::string& message, const std::string& dag = "more") {
        model::Batch batch{.scope = {first_.org, first_.deployment}};
        for (size_t i = 0; i < count; ++i) {
            const model::RunName name{dag, "r" + std::to_string(i)};
            batch.runs.push_back({.scope = batch.scope,
                                  .dag_id = dag,
                                  .run_id = name.run_id,
                                  .logical_date = *ParseTime("2026-11-01T00:00:00Z") + std::chrono::hours(i)});
            batch.records.push_back(
                {.run = name, .phase = "load", .kind = model::RecordKind::kLog, .logs = {{.message = message}}});
        }
        lake_->Apply(batch);
    }
};

TEST_F(SearchRoutesTest, OneBodyHasHitsGroupsAndTotals) {
    const json::object body = Search("q=AMOUNT");
    EXPECT_EQ(StringOr(body, "query"), "AMOUNT");
    EXPECT_TRUE(body.at("complete").as_bool());
    EXPECT_TRUE(body.at("reason").is_null());
    const json::array& groups = body.at("groups").as_array();
    ASSERT_EQ(groups.size(), 2U);
    const json::object& error = groups[0].as_object();
    EXPECT_EQ(StringOr(error, "kind"), "errors");
    EXPECT_EQ(StringOr(error, "title"), "KeyError: 'amount'");
    EXPECT_EQ(StringOr(error, "summary"), "this error 1 time in 1 run since 04:00");
    const json::array& hits = body.at("hits").as_array();
    ASSERT_EQ(hits.size(), 2U);
    const json::object& line = hits[1].as_object();
    EXPECT_EQ(StringOr(line, "run_id"), kRunId);
    EXPECT_EQ(StringOr(line, "date"), "2026-11-20");
    EXPECT_EQ(StringOr(line, "deployment_id"), first_.deployment);
    EXPECT_EQ(IntOr(line, "row", -1), 100);
    EXPECT_EQ(StringOr(line, "level"), "ERROR");
    EXPECT_EQ(StringOr(line, "snippet"), "KeyError: 'amount_100%'");
    EXPECT_EQ(json::serialize(line.at("highlights")), "[[11,17]]");
    EXPECT_EQ(json::serialize(Search("q=laga&kind=data").at("hits").at(0).at("highlights")), "[[2,6]]")
        << "code points";
    EXPECT_EQ(IntOr(body.at("totals").as_object(), "runs_seen", 0), 1);
    EXPECT_EQ(body.at("progress").at("hits").as_int64(), 2);
}

TEST_F(SearchRoutesTest, TheStreamEndsWithWhatTheBodySays) {
    AddRuns(30, "the amount is 7");
    const std::vector<json::object> lines = Stream("q=amount&limit=5");
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(Of(lines, "hit").size(), 5U);
    EXPECT_FALSE(Of(lines, "group").empty());
    EXPECT_FALSE(Of(lines, "progress").empty());
    const json::object& end = lines.back();
    EXPECT_EQ(StringOr(end, "type"), "end");
    const json::object body = Search("q=amount&limit=5");
    for (const char* member : {"complete", "reason", "groups", "totals"})
        EXPECT_EQ(end.at(member), body.at(member)) << member;
    EXPECT_EQ(body.at("hits").as_array().size(), 5U);
    EXPECT_EQ(body.at("groups").at(2).at("runs").as_int64(), 30);

    const json::object first = Search("q=amount&limit=5&counts=false");
    EXPECT_FALSE(first.at("complete").as_bool());
    EXPECT_EQ(StringOr(first, "reason"), "limit");
}

TEST_F(SearchRoutesTest, ParametersNarrowTheQuery) {
    AddRuns(3, "line");
    const auto hits = [&](const std::string& query) { return Search(query).at("totals").at("hits").as_int64(); };
    EXPECT_EQ(hits("q=line"), 122);
    EXPECT_EQ(hits("q=line&dag_id=more"), 3);
    EXPECT_EQ(hits("q=line&date_from=2026-11-02"), 119);
    EXPECT_EQ(hits("q=line&date_to=2026-11-01"), 3);
    EXPECT_EQ(hits("q=line&deployment_id=dep_none"), 0);
    EXPECT_EQ(hits("q=keyerror&level=ERROR"), 1);
    EXPECT_EQ(hits("q=keyerror&level=%3E%3DWARNING&kind=logs,data"), 1);
    EXPECT_EQ(hits("kind=errors"), 1) << "every error there is";
    EXPECT_EQ(hits("q=keyerror&kind=errors"), 1);
    EXPECT_THAT(StringOr(Search("q=line&dag_id=mroe"), "hint"), HasSubstr("no runs"));
}

TEST_F(SearchRoutesTest, EveryFaultIsToldAtOnce) {
    const json::object problem = ExpectProblem(
        Ask("GET", "/api/v1/search?q=level:eror%20%22open&kind=log&date_from=2026-11-02&date_to=2026-11-01"), 422,
        "invalid_input");
    std::string faults;
    for (const json::value& fault : problem.at("errors").as_array())
        faults += StringOr(fault.as_object(), "parameter") + " " + StringOr(fault.as_object(), "message") + "\n";
    EXPECT_THAT(faults, HasSubstr("q at character 1: `eror` is no level"));
    EXPECT_THAT(faults, HasSubstr("q at character 12: this quote is not closed"));
    EXPECT_THAT(faults, HasSubstr("kind must be of logs, errors, data, not `log`"));
    EXPECT_THAT(faults, HasSubstr("date_to must not be before date_from"));
    for (const char* query : {"", "q=", "q=%20", "q=x&limit=0", "q=x&limit=501", "q=x&level=error", "q=%2Fa(%2F",
                              "q=kind:data&kind=logs", "q=x&counts=maybe", "q=x&nothing=1"})
        ExpectProblem(Ask("GET", std::string("/api/v1/search?") + query), 422, "invalid_input");
    ExpectProblem(Ask("GET", "/api/v1/search?q=" + std::string(1001, 'x')), 422, "invalid_input");
}

TEST_F(SearchRoutesTest, AnotherOrganizationsRowsAreNotThere) {
    net::Response response = Ask(Request("GET", "/api/v1/search?q=amount"), other_key_);
    const json::object body = ParseJson(Drain(response), "the answer").as_object();
    EXPECT_EQ(body.at("totals").at("runs_total").as_int64(), 0);
    EXPECT_TRUE(body.at("hits").as_array().empty() && body.at("groups").as_array().empty());
    net::Response theirs =
        Ask(Request("GET", "/api/v1/search?q=amount&dag_id=sales/eu&deployment_id=" + first_.deployment), other_key_);
    EXPECT_EQ(ParseJson(Drain(theirs), "the answer").at("totals").at("hits").as_int64(), 0);
    ExpectProblem(Ask(Request("GET", "/api/v1/search?q=x"), ""), 401, "unauthorized");
}

TEST_F(SearchRoutesTest, ADamagedChunkIsNamedAndTheRestIsFound) {
    AddRuns(2, "keyerror here too");
    const auto run = store_->runs().FindRun(first_.org, std::nullopt, "sales/eu", kRunId);
    ASSERT_TRUE(lake_->Settle({run->key, "extract", 1}));
    for (const auto& object : objects_->List(""))
        if (object.key.contains("logs_")) objects_->Put(object.key, "not parquet");
    const std::vector<json::object> lines = Stream("q=keyerror");
    const auto errors = Of(lines, "error");
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_EQ(IntOr(errors[0], "status", 0), 502);
    EXPECT_EQ(StringOr(errors[0], "run_id"), kRunId);
    EXPECT_THAT(StringOr(errors[0], "detail"), HasSubstr("logs_"));
    EXPECT_GE(Of(lines, "hit").size(), 2U);
    EXPECT_FALSE(lines.back().at("complete").as_bool());
    EXPECT_EQ(StringOr(lines.back(), "reason"), "errors");
    EXPECT_EQ(Search("q=keyerror").at("errors").as_array().size(), 1U);
}

TEST_F(SearchRoutesTest, AClientThatIsGoneEndsItsSearchAndGivesItsPlaceBack) {
    ApiOptions options = DefaultOptions();
    options.searches_each_max = 1;
    MakeApi(options);
    AddRuns(200, "needle");
    {
        net::Response first = Open("q=needle", true);
        EXPECT_EQ(first.status, 200);
        ExpectProblem(Open("q=needle", true), 429, "too_many_streams");
        const auto writer = std::make_shared<TestWriter>();
        writer->Leave();
        first.stream(writer);
        EXPECT_EQ(writer->WaitEnd(), "") << "nothing is written to nobody";
        EXPECT_FALSE(writer->whole());
    }
    EXPECT_EQ(Of(Stream("q=needle"), "end").size(), 1U) << "the place is free again";
}

TEST_F(SearchRoutesTest, TheTimeLimitIsToldInTheLastLine) {
    ApiOptions options = DefaultOptions();
    options.search.time = std::chrono::milliseconds(0);
    MakeApi(options);
    AddRuns(100, "needle");
    const json::object body = Search("q=needle");
    EXPECT_FALSE(body.at("complete").as_bool());
    EXPECT_EQ(StringOr(body, "reason"), "time");
}

}  // namespace
}  // namespace dagy::api
