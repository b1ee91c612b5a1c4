#include "api/dag_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dagy::api {
namespace {

double Seconds(int64_t micros) {
    return static_cast<double>(micros) / 1e6;
}

/// Where in `count` ascending values the percentile `p` is.
size_t RankOf(size_t count, double p) {
    const double rank = std::ceil(p / 100 * static_cast<double>(count));
    return std::min(count, std::max<size_t>(1, static_cast<size_t>(rank))) - 1;
}

json::value Rate(int64_t success, int64_t failed) {
    if (success + failed == 0) return nullptr;
    return static_cast<double>(success) / static_cast<double>(success + failed);
}

// Puts no more in order than it must: a busy dag's tasks have half a million attempts a month.
double SecondsAt(std::vector<int64_t>& micros, double p) {
    const auto place = micros.begin() + static_cast<std::ptrdiff_t>(RankOf(micros.size(), p));
    std::ranges::nth_element(micros, place);
    return Seconds(*place);
}

json::value RunDurations(const std::vector<int64_t>& micros) {
    if (micros.empty()) return nullptr;
    std::vector<double> seconds;
    seconds.reserve(micros.size());
    for (const int64_t took : micros) seconds.push_back(Seconds(took));
    std::ranges::sort(seconds);
    const double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    return {{"mean", sum / static_cast<double>(seconds.size())},
            {"p50", Percentile(seconds, 50)},
            {"p90", Percentile(seconds, 90)},
            {"p95", Percentile(seconds, 95)},
            {"p99", Percentile(seconds, 99)},
            {"max", seconds.back()}};
}

json::value TaskDurations(std::vector<int64_t>& micros) {
    if (micros.empty()) return nullptr;
    return {{"p50", SecondsAt(micros, 50)}, {"p95", SecondsAt(micros, 95)}};
}

}  // namespace

double Percentile(const std::vector<double>& sorted, double p) {
    return sorted[RankOf(sorted.size(), p)];
}

DagStatistics::DagStatistics(std::chrono::sys_days from, std::chrono::sys_days to) : from_(from), to_(to) {}

void DagStatistics::AddTo(Counts& counts, const store::DayTally& day) {
    counts.success += day.success;
    counts.failed += day.failed;
    counts.cancelled += day.cancelled;
    counts.running += day.running;
    counts.micros.insert(counts.micros.end(), day.micros.begin(), day.micros.end());
}

void DagStatistics::Add(const store::DayTally& day) {
    AddTo(all_, day);
    AddTo(days_[day.date], day);
    for (const store::TaskTally& of_day : day.tasks) {
        store::TaskTally& task = tasks_[of_day.task_id];
        task.attempts += of_day.attempts;
        task.success += of_day.success;
        task.failed += of_day.failed;
        task.retried += of_day.retried;
        task.micros.insert(task.micros.end(), of_day.micros.begin(), of_day.micros.end());
    }
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
            {"duration_seconds", RunDurations(all_.micros)},
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
                        {"duration_p50", counts.micros.empty() ? json::value() : SecondsAt(counts.micros, 50)}});
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
                        {"duration_seconds", TaskDurations(task.micros)}});
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
