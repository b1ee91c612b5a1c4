#include "diagnose/history/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "diagnose/history/statistics.h"

namespace dagy::diagnose {

namespace {

constexpr size_t kSeasonRuns = 14;

void AddRates(const Timeline& line, HistoryFinding& history) {
    double effective = 0;
    int64_t ended = 0, good = 0, healed_runs = 0, failed_inside = 0;
    for (const RunPoint& point : line.points) {
        if (!point.ended) continue;
        ++ended;
        history.runs_failed += point.run_failed;
        if (!point.run_succeeded) continue;
        ++good;
        effective +=
            point.tasks > 0 ? 1 - static_cast<double>(std::min(point.unclean_tasks, point.tasks)) / point.tasks : 1;
        if (point.unclean_tasks == 0) continue;
        (point.task == RunPoint::Task::kFailed ? failed_inside : healed_runs) += 1;
    }
    history.runs_seen = static_cast<int64_t>(line.points.size());
    if (ended == 0) {
        history.gaps.emplace_back("effective_availability", "no run has ended yet");
        history.gaps.emplace_back("reported_success_rate", "no run has ended yet");
        return;
    }
    history.reported_success_rate = 100.0 * static_cast<double>(good) / static_cast<double>(ended);
    history.effective_availability = 100.0 * effective / static_cast<double>(ended);
    const double gap = *history.reported_success_rate - *history.effective_availability;
    if (gap < 0.05) {
        history.health_gap =
            fmt::format("None: no successful run of {} needed a retry or carried a failed task.", good);
    } else {
        history.health_gap =
            fmt::format("{:.1f} points: {} of {} successful runs needed a retry{}.", gap, healed_runs, good,
                        failed_inside ? fmt::format(", {} carried a failed task", failed_inside) : "");
    }
}

void AddPercentiles(const Subject& subject, const Timeline& line, HistoryFinding& history) {
    std::vector<double> seconds;
    for (const RunPoint& point : line.points)
        if (point.WasGood() && point.seconds) seconds.push_back(*point.seconds);
    if (seconds.empty()) {
        history.gaps.emplace_back("duration_percentiles",
                                  fmt::format("{} has never succeeded in {} runs",
                                              subject.task.empty() ? "the dag" : subject.task, line.points.size()));
        return;
    }
    std::sort(seconds.begin(), seconds.end());
    const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
    auto& out = history.duration_percentiles;
    for (const auto& [name, percent] :
         {std::pair{"p50", 50.0}, {"p75", 75.0}, {"p90", 90.0}, {"p95", 95.0}, {"p99", 99.0}})
        out[name] = rounded(Percentile(seconds, percent));
    out["max"] = rounded(seconds.back());
    out["count"] = static_cast<int64_t>(seconds.size());
    std::optional<double> here;
    for (const auto& attempt : subject.run->attempts)
        if (attempt.BaseTask() == subject.task && attempt.started_at && attempt.ended_at)
            here = std::max(here.value_or(0), SecondsBetween(*attempt.started_at, *attempt.ended_at));
    if (!here && subject.run->run.started_at && subject.run->run.ended_at)
        here = SecondsBetween(*subject.run->run.started_at, *subject.run->run.ended_at);
    out["this_run"] = here ? json::value(rounded(*here)) : json::value(nullptr);
}

void AddTrend(const Timeline& line, HistoryFinding& history) {
    std::vector<double> failed, seconds;
    for (size_t at = 0; at <= line.here; ++at) {
        const RunPoint& point = line.points[at];
        if (!point.ended) continue;
        failed.push_back(point.run_failed ? 1 : 0);
        if (point.WasGood() && point.seconds) seconds.push_back(*point.seconds);
    }
    if (failed.size() < 4) {
        history.trend_direction = "unknown";
        history.gaps.emplace_back("trend_direction", fmt::format("{} runs are too few, 4 are needed", failed.size()));
        return;
    }
    const auto half = static_cast<ptrdiff_t>(failed.size() / 2);
    const auto share = [](auto from, auto to) {
        return static_cast<double>(std::count(from, to, 1.0)) / static_cast<double>(to - from);
    };
    const double change = share(failed.end() - half, failed.end()) - share(failed.begin(), failed.end() - half);
    const int slower = Trend(seconds);
    if (change >= 0.2 || (change > -0.2 && slower > 0))
        history.trend_direction = "degrading";
    else if (change <= -0.2 || slower < 0)
        history.trend_direction = "improving";
    else
        history.trend_direction = "stable";
}

void AddChangePoint(const Timeline& line, HistoryFinding& history) {
    std::vector<double> failed, seconds;
    std::vector<const RunPoint*> of_failed, of_seconds;
    for (const RunPoint& point : line.points) {
        if (point.ended) {
            failed.push_back(point.run_failed ? 1 : 0);
            of_failed.push_back(&point);
        }
        if (point.WasGood() && point.seconds) {
            seconds.push_back(*point.seconds);
            of_seconds.push_back(&point);
        }
    }
    if (failed.size() < kChangePointRuns) {
        history.gaps.emplace_back("change_point_date", fmt::format("{} runs are too few for a test, {} are needed",
                                                                   failed.size(), kChangePointRuns));
        return;
    }
    if (const auto point = FindChangePoint(failed); point && point->p < 0.05) {
        history.change_point = of_failed[point->first_after]->start;
        history.change_point_why =
            fmt::format("the share of failed runs went from {:.0f} % to {:.0f} % (Pettitt, p = {:.3f}, {} runs)",
                        100 * point->before, 100 * point->after, point->p, failed.size());
        return;
    }
    if (const auto point = FindChangePoint(seconds); point && point->p < 0.05) {
        history.change_point = of_seconds[point->first_after]->start;
        history.change_point_why =
            fmt::format("its duration went from {:.2f} s to {:.2f} s on average (Pettitt, p = {:.3f}, {} good runs)",
                        point->before, point->after, point->p, seconds.size());
        return;
    }
    history.gaps.emplace_back(
        "change_point_date",
        fmt::format("no change of failures or duration stands out of {} runs (Pettitt, p ≥ 0.05)", failed.size()));
}

/// One slot of a calendar against all others.
std::string Standout(const std::vector<std::pair<int, bool>>& runs, int slots,
                     const std::function<std::string(int)>& name) {
    std::string best_text;
    double best = 0.05 / slots;  // Bonferroni: as many questions as slots
    int64_t failed_all = std::count_if(runs.begin(), runs.end(), [](const auto& run) { return run.second; });
    for (int slot = 0; slot < slots; ++slot) {
        int64_t in = 0, failed = 0;
        for (const auto& [at, is_failed] : runs)
            if (at == slot) {
                ++in;
                failed += is_failed;
            }
        const auto all = static_cast<int64_t>(runs.size());
        const double p = FisherRight(failed, in - failed, failed_all - failed, all - in - (failed_all - failed));
        if (failed < 2 || p >= best) continue;
        best = p;
        best_text = fmt::format("{} of {} runs {} failed, {} of {} at other times (Fisher, p = {:.4f})", failed, in,
                                name(slot), failed_all - failed, all - in, p);
    }
    return best_text;
}

void AddSeason(const Timeline& line, HistoryFinding& history) {
    std::vector<std::pair<int, bool>> by_day, by_hour;
    for (const RunPoint& point : line.points) {
        if (!point.ended) continue;
        const Time at = point.file->run.logical_date.value_or(point.start);
        const auto day = std::chrono::floor<std::chrono::days>(at);
        by_day.emplace_back(static_cast<int>(std::chrono::weekday(day).c_encoding()), point.run_failed);
        by_hour.emplace_back(static_cast<int>(std::chrono::floor<std::chrono::hours>(at - day).count()),
                             point.run_failed);
    }
    if (by_day.size() < kSeasonRuns) {
        history.gaps.emplace_back("seasonality_signal", fmt::format("{} runs are too few, at least {} are needed",
                                                                    by_day.size(), kSeasonRuns));
        return;
    }
    constexpr std::array kDays{"Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"};
    history.seasonality =
        Standout(by_day, 7, [&](int day) { return fmt::format("of {}", kDays[static_cast<size_t>(day)]); });
    if (history.seasonality.empty())
        history.seasonality = Standout(by_hour, 24, [](int hour) { return fmt::format("of {:02}:00 UTC", hour); });
    if (history.seasonality.empty())
        history.seasonality =
            fmt::format("None: no weekday and no hour of the day stands out of {} runs.", by_day.size());
}

}  // namespace

void AddHealth(const Subject& subject, const Timeline& line, HistoryFinding& history) {
    AddRates(line, history);
    AddPercentiles(subject, line, history);
    AddTrend(line, history);
    AddChangePoint(line, history);
    AddSeason(line, history);
}

}  // namespace dagy::diagnose
