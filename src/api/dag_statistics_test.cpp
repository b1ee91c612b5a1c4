#include "api/dag_statistics.h"

#include <gtest/gtest.h>

namespace dagy::api {
namespace {

using model::AttemptState;
using model::RunState;

const std::chrono::sys_days kFirst = *ParseDate("2026-11-01");

store::RunSample RunOf(int day, RunState state, double seconds = 10) {
    const Time start = kFirst + std::chrono::days(day);
    return {.state = state,
            .started_at = start,
            .ended_at = start + std::chrono::microseconds(static_cast<int64_t>(seconds * 1e6))};
}

store::AttemptSample AttemptOf(std::string task, int attempt, AttemptState state, int seconds = 1) {
    const Time start = kFirst;
    return {.task_id = std::move(task),
            .attempt = attempt,
            .state = state,
            .started_at = start,
            .ended_at = start + std::chrono::seconds(seconds)};
}

/// Statistics of samples, each of the day on which it started.
class SampledStatistics {
  public:
    SampledStatistics(std::chrono::sys_days from, std::chrono::sys_days to) : statistics_(from, to) {}
    template <typename Sample>
    void Add(const Sample& sample) {
        days_[FormatDate(*sample.started_at)].Add(sample);
    }
    json::object Body() {
        for (auto& [date, day] : days_) statistics_.Add(day.Take(date));
        return statistics_.Body();
    }

  private:
    DagStatistics statistics_;
    std::map<std::string, store::DayTallier> days_;
};

json::object BodyOf(DagStatistics&& statistics) {
    return statistics.Body();
}

double Number(const json::object& object, std::string_view name) {
    return object.at(name).to_number<double>();
}

TEST(PercentileTest, IsTheNearestRank) {
    std::vector<double> hundred;
    for (int i = 1; i <= 100; ++i) hundred.push_back(i);
    EXPECT_EQ(Percentile(hundred, 50), 50);
    EXPECT_EQ(Percentile(hundred, 99), 99);
    EXPECT_EQ(Percentile(hundred, 100), 100);
    EXPECT_EQ(Percentile({7}, 1), 7);
    EXPECT_EQ(Percentile({1, 2, 3}, 50), 2);
    EXPECT_EQ(Percentile({1, 2, 3, 4}, 50), 2);
    EXPECT_EQ(Percentile({1, 2}, 95), 2);
}

TEST(DagStatisticsTest, NothingIsNullNotZero) {
    const json::object body = BodyOf({kFirst, kFirst + std::chrono::days(1)});
    EXPECT_EQ(Number(body, "runs"), 0);
    EXPECT_TRUE(body.at("success_rate").is_null());
    EXPECT_TRUE(body.at("duration_seconds").is_null());
    ASSERT_EQ(body.at("by_day").as_array().size(), 2U);
    EXPECT_TRUE(body.at("by_day").at(1).at("duration_p50").is_null());
    EXPECT_TRUE(body.at("tasks").as_array().empty());
    EXPECT_TRUE(body.at("causes").as_array().empty());
}

TEST(DagStatisticsTest, CountsEveryStateOnce) {
    SampledStatistics statistics(kFirst, kFirst + std::chrono::days(2));
    statistics.Add(RunOf(0, RunState::kSucceeded, 10));
    statistics.Add(RunOf(0, RunState::kSucceeded, 30));
    statistics.Add(RunOf(0, RunState::kSucceeded, 20));
    statistics.Add(RunOf(2, RunState::kFailed, 9999));
    statistics.Add(RunOf(2, RunState::kCancelled, 9999));
    statistics.Add(RunOf(2, RunState::kRunning));
    statistics.Add(RunOf(2, RunState::kQueued));
    const json::object body = statistics.Body();
    EXPECT_EQ(Number(body, "runs"), 7);
    EXPECT_EQ(Number(body, "cancelled"), 1);
    EXPECT_EQ(Number(body, "running"), 2);
    EXPECT_EQ(Number(body, "success_rate"), 0.75);
    const json::object& durations = body.at("duration_seconds").as_object();
    EXPECT_EQ(Number(durations, "max"), 30) << "only runs that succeeded tell how long one takes";
    EXPECT_EQ(Number(durations, "p50"), 20);
    EXPECT_EQ(Number(durations, "mean"), 20);
    const json::array& days = body.at("by_day").as_array();
    ASSERT_EQ(days.size(), 3U);
    EXPECT_EQ(days[0].at("success").as_int64(), 3);
    EXPECT_EQ(days[1].at("date").as_string(), "2026-11-02");
    EXPECT_EQ(days[1].at("success").as_int64(), 0);
    EXPECT_EQ(days[2].at("failed").as_int64(), 1);
}

TEST(DagStatisticsTest, TasksAreOfAttemptsThatBegan) {
    SampledStatistics statistics(kFirst, kFirst);
    statistics.Add(AttemptOf("load", 1, AttemptState::kFailed));
    statistics.Add(AttemptOf("load", 2, AttemptState::kTimedOut));
    statistics.Add(AttemptOf("load", 3, AttemptState::kSucceeded, 5));
    statistics.Add(AttemptOf("load", 1, AttemptState::kUpstreamFailed));
    statistics.Add(AttemptOf("notify", 1, AttemptState::kSkipped));
    const json::object body = statistics.Body();
    const json::array& tasks = body.at("tasks").as_array();
    ASSERT_EQ(tasks.size(), 2U);
    const json::object& load = tasks[0].as_object();
    EXPECT_EQ(Number(load, "attempts"), 3);
    EXPECT_EQ(Number(load, "failed"), 2);
    EXPECT_EQ(Number(load, "retried"), 2);
    EXPECT_NEAR(Number(load, "success_rate"), 1.0 / 3, 1e-9);
    EXPECT_EQ(Number(load.at("duration_seconds").as_object(), "p95"), 5);
    EXPECT_TRUE(tasks[1].at("success_rate").is_null()) << "a task that never began neither failed nor succeeded";
}

TEST(DagStatisticsTest, CausesMostFrequentFirst) {
    DagStatistics statistics(kFirst, kFirst);
    for (const char* code : {"A", "B", "B", ""}) statistics.Add(store::DiagnosedRun{.code = code});
    const json::object body = statistics.Body();
    const json::array& causes = body.at("causes").as_array();
    ASSERT_EQ(causes.size(), 2U) << "a diagnosis that names no cause counts for none";
    EXPECT_EQ(causes[0].at("code").as_string(), "B");
    EXPECT_EQ(causes[0].at("runs").as_int64(), 2);
}

}  // namespace
}  // namespace dagy::api
