#include "api/record_routes.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class RecordRoutesTest : public ApiTest {
  protected:
    net::Response Ndjson(const std::string& target) {
        net::Request request = Request("GET", target);
        request.headers.emplace_back("accept", "application/x-ndjson");
        return Ask(std::move(request), first_.api_key);
    }
    static size_t LinesOf(const std::string& text) { return static_cast<size_t>(std::ranges::count(text, '\n')); }
    std::string Download(const std::string& target) {
        net::Response response = Ndjson(target);
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(response.content_type, "application/x-ndjson");
        const auto writer = std::make_shared<TestWriter>();
        response.stream(writer);
        const std::string bytes = writer->WaitEnd();
        EXPECT_TRUE(writer->whole());
        return bytes;
    }
};

TEST_F(RecordRoutesTest, PhaseSummaryIsOneRow) {
    const json::object page = Get(RunPath("/phases/extract"));
    EXPECT_EQ(IntOr(page, "total", 0), 1);
    const json::object& row = GetArray(page, "items")->at(0).as_object();
    EXPECT_EQ(IntOr(row, "log_count", 0), 120);
    EXPECT_EQ(IntOr(row, "error_log_count", 0), 1);
    EXPECT_EQ(StringOr(page, "phase"), "extract");
    EXPECT_EQ(IntOr(page, "attempt", 0), 1);
}

TEST_F(RecordRoutesTest, LogsPageFilterAndCount) {
    const json::object page = Get(RunPath("/phases/extract/logs?page=2&limit=50"));
    EXPECT_EQ(IntOr(page, "total", 0), 120);
    EXPECT_EQ(GetArray(page, "items")->size(), 20U);
    EXPECT_EQ(IntOr(GetArray(page, "items")->at(0).as_object(), "_row", -1), 100);
    EXPECT_EQ(IntOr(Get(RunPath("/phases/extract/logs?level=ERROR")), "total", 0), 1);
    EXPECT_EQ(IntOr(Get(RunPath("/phases/extract/logs?keyword=AMOUNT_100%25")), "total", 0), 1);
    EXPECT_EQ(IntOr(Get(RunPath("/phases/extract/logs?keyword=amount%25100")), "total", 0), 0)
        << "% is an ordinary character";
    ExpectProblem(Ask("GET", RunPath("/phases/extract/logs?level=error")), 422, "invalid_input");
    ExpectProblem(Ask("GET", RunPath("/phases/extract/logs?limit=501")), 422, "invalid_input");
}

TEST_F(RecordRoutesTest, LogsAllAsNdjsonAreWhatThePagesAre) {
    const std::string all = Download(RunPath("/phases/extract/logs"));
    EXPECT_EQ(LinesOf(all), 120U);
    const json::value first = ParseJson(all.substr(0, all.find('\n')), "a line");
    EXPECT_EQ(first, Get(RunPath("/phases/extract/logs?limit=1")).at("items").as_array().at(0));
    EXPECT_EQ(LinesOf(Download(RunPath("/phases/extract/logs?level=ERROR&keyword=keyerror"))), 1U);
    EXPECT_EQ(Download(RunPath("/phases/extract/logs?attempt=2")), "");
}

TEST_F(RecordRoutesTest, DownloadsAreBounded) {
    MakeApi({.rate = {.per_minute = 0}, .downloads = 1, .downloads_waiting_max = 0});
    const net::Response first = Ndjson(RunPath("/phases/extract/logs"));
    EXPECT_EQ(first.status, 200);
    const net::Response second = Ndjson(RunPath("/phases/extract/logs"));
    ExpectProblem(second, 503, "unavailable");
    EXPECT_FALSE(HeaderOf(second, "Retry-After").empty());
}

TEST_F(RecordRoutesTest, AClientThatIsGoneEndsItsDownload) {
    net::Response response = Ndjson(RunPath("/phases/extract/logs"));
    const auto writer = std::make_shared<TestWriter>();
    writer->Leave();
    response.stream(writer);
    writer->WaitEnd();
    EXPECT_FALSE(writer->whole());
}

TEST_F(RecordRoutesTest, ErrorsAndData) {
    const json::object errors = Get(RunPath("/phases/extract/errors"));
    EXPECT_EQ(StringOr(GetArray(errors, "items")->at(0).as_object(), "error_type"), "KeyError");
    const json::object data = Get(RunPath("/phases/extract/data"));
    EXPECT_EQ(StringOr(GetArray(data, "items")->at(0).as_object(), "city"), "Málaga");
    EXPECT_EQ(IntOr(Get(RunPath("/phases/extract/data?keyword=m%C3%81LAGA")), "total", 0), 1);
    EXPECT_EQ(IntOr(Get(RunPath("/phases/extract/data?attempt=2")), "total", -1), 0);
}

TEST_F(RecordRoutesTest, AnUnknownPhaseOrAttemptNamesThoseThatAre) {
    const json::object phase = ExpectProblem(Ask("GET", RunPath("/phases/extrakt/logs")), 404, "not_found");
    EXPECT_TRUE(StringOr(phase, "detail").contains("`extract`, `load`"));
    const json::object attempt = ExpectProblem(Ask("GET", RunPath("/phases/extract/logs?attempt=9")), 404, "not_found");
    EXPECT_TRUE(StringOr(attempt, "detail").contains("1, 2"));
    ExpectProblem(Ask("GET", RunPath("/phases/extract/logs?attempt=0")), 422, "invalid_input");
}

TEST_F(RecordRoutesTest, EventIsNullWhereThereIsNone) {
    const json::object event = Get(RunPath("/event"));
    EXPECT_TRUE(event.at("queue_data").is_null() && event.at("event").is_null());
}

TEST_F(RecordRoutesTest, ADamagedChunkIs502) {
    const auto run = store_->runs().FindRun(first_.org, std::nullopt, "sales/eu", kRunId);
    ASSERT_TRUE(lake_->Settle({run->key, "extract", 1}));
    size_t broken = 0;
    for (const auto& object : objects_->List("")) {
        if (!object.key.contains("logs_")) continue;
        objects_->Put(object.key, "not parquet");
        ++broken;
    }
    ASSERT_EQ(broken, 1U);
    ExpectProblem(Ask("GET", RunPath("/phases/extract/logs")), 502, "storage_failed");
    ExpectProblem(Ndjson(RunPath("/phases/extract/logs")), 502, "storage_failed");
}

}  // namespace
}  // namespace dagy::api
