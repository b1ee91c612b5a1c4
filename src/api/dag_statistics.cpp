#include "api/dag_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dagy::api {
namespace {

std::optional<double> Seconds(const std::optional<Time>& from, const std::optional<Time>& to) {
    if (!from || !to || *to < *from) return std::nullopt;
    return SecondsBetween(*from, *to);
}

json::value Rate(int64_t success, int64_t failed) {
    if (success + failed == 0) return nullptr;
    return static_cast<double>(success) / static_cast<double>(success + failed);
}

json::value PercentileOrNull(std::vector<double>& seconds, double p) {
    if (seconds.empty()) return nullptr;
    std::ranges::sort(seconds);
    return Percentile(seconds, p);
}

json::value RunDurations(std::vector<double>& seconds) {
    if (seconds.empty()) return nullptr;
    std::ranges::sort(seconds);
    const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    return {{"mean", sum / static_cast<double>(seconds.size())},
            {"p50", Percentile(seconds, 50)},
            {"p90", Percentile(seconds, 90)},
            {"p95", Percentile(seconds, 95)},
            {"p99", Percentile(seconds, 99)},
            {"max", seconds.back()}};
}

json::value TaskDurations(std::vector<double>& seconds) {
    if (seconds.empty()) return nullptr;
    std::ranges::sort(seconds);
    return {{"p50", Percentile(seconds, 50)}, {"p95", Percentile(seconds, 95)}};
}

/// One that never began says nothing of its task.
bool Ran(model::AttemptState state) {
    return state != model::AttemptState::kQueued && state != model::AttemptState::kSkipped &&
           state != model::AttemptState::kUpstreamFailed;
}

}  // namespace

double Percentile(const std::vector<double>& sorted, double p) {
    const double rank = std::ceil(p / 100 * static_cast<double>(sorted.size()));
    return sorted[std::min(sorted.size(), std::max<size_t>(1, static_cast<size_t>(rank))) - 1];
}

DagStatistics::DagStatistics(std::chrono::sys_days from, std::chrono::sys_days to) : from_(from), to_(to) {}

void DagStatistics::Counts::Count(const store::RunSample& run) {
    switch (run.state) {
        case model::RunState::kSucceeded:
            ++success;
            if (const auto took = Seconds(run.started_at, run.ended_at)) seconds.push_back(*took);
            break;
        case model::RunState::kFailed:
            ++failed;
            break;
        case model::RunState::kCancelled:
            ++cancelled;
            break;
        case model::RunState::kQueued:
        case model::RunState::kRunning:
            ++running;
            break;
    }
}

void DagStatistics::Add(const store::RunSample& run) {
    all_.Count(run);
    days_[run.date].Count(run);
}

void DagStatistics::Add(const store::AttemptSample& attempt) {
    TaskCounts& task = tasks_[attempt.task_id];
    if (!Ran(attempt.state)) return;
    ++task.attempts;
    if (attempt.attempt > 1) ++task.retried;
    if (attempt.state == model::AttemptState::kFailed || attempt.state == model::AttemptState::kTimedOut) ++task.failed;
    if (attempt.state != model::AttemptState::kSucceeded) return;
    ++task.success;
    if (const auto took = Seconds(attempt.started_at, attempt.ended_at)) task.seconds.push_back(*took);
}

void DagStatistics::Add(const store::DiagnosedRun& diagnosed) {
    if (!diagnosed.code.empty()) ++causes_[diagnosed.code];
}

json::object DagStatistics::Body() {
    return {{"runs", all_.success + all_.failed + all_.cancelled + all_.running},
            {"success", all_.success},
            {"failed", all_.failed},
            {"cancelled", all_.cancelled},
            {"running", all_.running},
            {"success_rate", Rate(all_.success, all_.failed)},
            {"duration_seconds", RunDurations(all_.seconds)},
            {"by_day", Days()},
            {"tasks", Tasks()},
            {"causes", Causes()}};
}

/// Every day of the range, so that a chart has no gaps to guess.
json::array DagStatistics::Days() {
    json::array list;
    for (std::chrono::sys_days day = from_; day <= to_; day += std::chrono::days(1)) {
        const std::string date = FormatDate(day);
        Counts& counts = days_[date];
        list.push_back({{"date", date},
                        {"success", counts.success},
                        {"failed", counts.failed},
                        {"cancelled", counts.cancelled},
                        {"running", counts.running},
                        {"duration_p50", PercentileOrNull(counts.seconds, 50)}});
    }
    return list;
}

json::array DagStatistics::Tasks() {
    json::array list;
    for (auto& [id, task] : tasks_) {
        list.push_back({{"task_id", id},
                        {"attempts", task.attempts},
                        {"failed", task.failed},
                        {"retried", task.retried},
                        {"success_rate", Rate(task.success, task.failed)},
                        {"duration_seconds", TaskDurations(task.seconds)}});
    }
    return list;
}

json::array DagStatistics::Causes() const {
    std::vector<std::pair<std::string, int64_t>> sorted(causes_.begin(), causes_.end());
    std::ranges::stable_sort(sorted, std::greater<>(), &std::pair<std::string, int64_t>::second);
    json::array list;
    for (const auto& [code, runs] : sorted) list.push_back({{"code", code}, {"runs", runs}});
    return list;
}

}  // namespace dagy::api
