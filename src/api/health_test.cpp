#include "api/health.h"

#include <atomic>
#include <future>

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

std::vector<HealthPart> Parts(std::vector<std::pair<std::string, HealthReport>> reports) {
    std::vector<HealthPart> parts;
    for (auto& [name, report] : reports) parts.push_back({name, [report] { return report; }});
    return parts;
}

TEST(HealthTest, TheWholeIsTheWorstPart) {
    const ManualClock clock(*ParseTime("2026-11-20T10:00:00Z"));
    HealthChecks well(Parts({{"sqlite", {}}, {"disk", {}}}), clock, "1.2.3");
    EXPECT_EQ(well.Ask().health, Health::kHealthy);
    HealthChecks low(Parts({{"sqlite", {}}, {"disk", {Health::kDegraded, "little space"}}}), clock, "1.2.3");
    EXPECT_EQ(low.Ask().health, Health::kDegraded);
    const auto body = low.Ask().body;
    EXPECT_EQ(StringOr(body, "status"), "degraded");
    EXPECT_EQ(StringOr(body, "version"), "1.2.3");
    EXPECT_EQ(StringOr(body, "timestamp"), "2026-11-20T10:00:00.000000Z");
    const json::object& disk = GetArray(body, "components")->at(1).as_object();
    EXPECT_EQ(StringOr(disk, "message"), "little space");
    EXPECT_TRUE(GetDouble(disk, "latency_ms"));
}

TEST(HealthTest, WhatThrowsIsUnhealthyByItsPublicTextOnly) {
    const SystemClock clock;
    HealthChecks checks(
        {{"sqlite", []() -> HealthReport { throw Error(ErrorCode::kStorage, "cannot write", "", "/secret/path"); }},
         {"duckdb", []() -> HealthReport { throw std::runtime_error("/secret/path"); }}},
        clock, "1");
    const std::string body = json::serialize(checks.Ask().body);
    EXPECT_TRUE(body.contains("cannot write"));
    EXPECT_FALSE(body.contains("/secret"));
}

TEST(HealthTest, APartThatHangsDoesNotHangTheAnswerAndIsAskedOnce) {
    const SystemClock clock;
    std::promise<void> release;
    std::atomic<int> asked = 0;
    HealthChecks checks({{"hung",
                          [&, released = release.get_future().share()] {
                              ++asked;
                              released.wait();
                              return HealthReport{};
                          }},
                         {"well", [] { return HealthReport{}; }}},
                        clock, "1", {.limit = std::chrono::milliseconds(20), .reuse = std::chrono::milliseconds(0)});
    for (int i = 0; i < 3; ++i) {
        const auto answer = checks.Ask();
        EXPECT_EQ(answer.health, Health::kUnhealthy);
        EXPECT_TRUE(json::serialize(answer.body).contains("no answer within 20 ms"));
    }
    EXPECT_EQ(asked, 1);
    release.set_value();
}

TEST(HealthTest, AYoungReportIsGivenAgain) {
    const SystemClock clock;
    std::atomic<int> asked = 0;
    HealthChecks checks({{"sqlite",
                          [&] {
                              ++asked;
                              return HealthReport{};
                          }}},
                        clock, "1", {.reuse = std::chrono::hours(1)});
    for (int i = 0; i < 100; ++i) checks.Ask();
    EXPECT_EQ(asked, 1);
}

TEST(HealthTest, DiskOfAFolderThatIs) {
    EXPECT_TRUE(CheckDisk("/").message.contains("GiB free"));
    EXPECT_EQ(CheckDisk("/no/such/folder").health, Health::kUnhealthy);
}

class HealthRoutesTest : public ApiTest {};

TEST_F(HealthRoutesTest, UnhealthyIs503ButAlive) {
    health_parts_ = Parts({{"sqlite", {Health::kUnhealthy, "gone"}}});
    EXPECT_EQ(api().Handle(Request("GET", "/health")).status, 503);
    EXPECT_EQ(api().Handle(Request("GET", "/health/ready")).status, 503);
    EXPECT_EQ(api().Handle(Request("GET", "/health/live")).status, 200);
    EXPECT_TRUE(api().Route(Request("GET", "/health/live")).inline_handler);
}

TEST_F(HealthRoutesTest, RealPartsAreWell) {
    health_parts_ = {{"sqlite",
                      [this] {
                          store_->Check();
                          return HealthReport{};
                      }},
                     {"duckdb", [this] {
                          lake_->Check();
                          return HealthReport{};
                      }}};
    const net::Response response = api().Handle(Request("GET", "/health"));
    EXPECT_EQ(response.status, 200) << response.body;
}

}  // namespace
}  // namespace dagy::api
