#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "diagnose/history/health.h"
#include "diagnose/history/statistics.h"

namespace dagy::diagnose {

namespace {

constexpr size_t kPairsAtMost = 10;
constexpr size_t kNamesAtMost = 200;  // tasks or dags that failed at all; more would be no pairs but an outage

/// One 2×2 table over the occasions on which both could have failed.
HistoryFinding::CoFailure Pair(std::string a, std::string b, const std::set<std::string>& a_failed,
                               const std::set<std::string>& b_failed, const std::set<std::string>& occasions) {
    HistoryFinding::CoFailure pair{.a = std::move(a), .b = std::move(b), .shared_resource = {}};
    int64_t neither = 0;
    for (const std::string& occasion : occasions) {
        const bool in_a = a_failed.contains(occasion), in_b = b_failed.contains(occasion);
        if (in_a && in_b)
            ++pair.together;
        else if (in_a)
            ++pair.only_a;
        else if (in_b)
            ++pair.only_b;
        else
            ++neither;
    }
    const auto n = static_cast<double>(occasions.size());
    const auto a_all = static_cast<double>(pair.together + pair.only_a),
               b_all = static_cast<double>(pair.together + pair.only_b);
    if (a_all > 0 && b_all > 0) pair.lift = static_cast<double>(pair.together) * n / (a_all * b_all);
    pair.p_value = FisherRight(pair.together, pair.only_a, pair.only_b, neither);
    return pair;
}

bool OwnFailure(const model::TaskAttempt& attempt) {
    return attempt.state == model::AttemptState::kFailed || attempt.state == model::AttemptState::kTimedOut;
}

std::string SharedPool(const model::DagVersion& version, const std::string& a, const std::string& b) {
    const model::Task *first = nullptr, *second = nullptr;
    for (const auto& task : version.tasks) {
        if (task.task_id == a) first = &task;
        if (task.task_id == b) second = &task;
    }
    if (!first || !second) return {};
    if (first->pool == second->pool && !first->pool.empty() && first->pool != "default_pool")
        return "pool " + first->pool;
    const std::string conn_a = StringOr(first->extras, "conn_id"), conn_b = StringOr(second->extras, "conn_id");
    if (!conn_a.empty() && conn_a == conn_b) return "connection " + conn_a;
    if (first->queue == second->queue && !first->queue.empty() && first->queue != "default")
        return "queue " + first->queue;
    return {};
}

void AddTaskPairs(const Subject& subject, const Timeline& line, std::vector<HistoryFinding::CoFailure>& pairs) {
    std::map<std::string, std::set<std::string>> failed;
    std::set<std::string> runs;
    for (const RunPoint& point : line.points) {
        if (!point.ended) continue;
        runs.insert(point.file->run.run_id);
        for (const auto* last : point.file->LastAttempts())
            if (OwnFailure(*last)) failed[last->BaseTask()].insert(point.file->run.run_id);
    }
    const auto here = failed.find(subject.task);
    if (here == failed.end() || failed.size() > kNamesAtMost) return;
    for (const auto& [task, in_runs] : failed) {
        if (task == subject.task) continue;
        auto pair = Pair(subject.task, task, here->second, in_runs, runs);
        pair.shared_resource = SharedPool(subject.dag->version, subject.task, task);
        if (pair.together > 0) pairs.push_back(std::move(pair));
    }
}

void AddDagPairs(const CaseFile& file, const Subject& subject, const Timeline& line,
                 std::vector<HistoryFinding::CoFailure>& pairs) {
    std::map<std::string, std::set<std::string>> ran, failed;
    std::set<std::string> own_days, own_failed;
    for (const RunPoint& point : line.points) {
        if (!point.ended) continue;
        own_days.insert(FormatDate(point.start));
        if (point.run_failed) own_failed.insert(FormatDate(point.start));
    }
    for (const model::Run& run : file.fleet) {
        if (!model::Ended(run.state) || run.dag_id == subject.run->run.dag_id || !run.started_at) continue;
        const std::string day = FormatDate(*run.started_at);
        if (!own_days.contains(day)) continue;
        ran[run.dag_id].insert(day);
        if (run.state != model::RunState::kSucceeded) failed[run.dag_id].insert(day);
    }
    if (failed.size() > kNamesAtMost) return;
    for (const auto& [dag, days] : failed) {
        auto pair = Pair(subject.run->run.dag_id, dag, own_failed, days, ran[dag]);
        if (pair.together > 0) pairs.push_back(std::move(pair));
    }
}

}  // namespace

void AddFleetHealth(const CaseFile& file, const Timeline& line, HistoryFinding& history) {
    struct Tally {
        int64_t good = 0, ended = 0;
    };
    std::map<std::string, Tally> dags;
    const auto count = [&](const model::Run& run) {
        if (!model::Ended(run.state)) return;
        Tally& tally = dags[run.dag_id];
        ++tally.ended;
        tally.good += run.state == model::RunState::kSucceeded;
    };
    for (const model::Run& run : file.fleet) count(run);
    if (dags.empty()) {
        history.gaps.emplace_back("fleet_health_score",
                                  "no run of another dag of this deployment is recorded in that week");
        return;
    }
    for (const RunPoint& point : line.points) count(point.file->run);
    double sum = 0;
    for (const auto& [dag, tally] : dags) sum += static_cast<double>(tally.good) / static_cast<double>(tally.ended);
    history.fleet_health = sum / static_cast<double>(dags.size());
}

void AddCoFailures(const CaseFile& file, const Subject& subject, const Timeline& line, HistoryFinding& history) {
    auto& pairs = history.cofailures;
    if (!subject.task.empty()) AddTaskPairs(subject, line, pairs);
    AddDagPairs(file, subject, line, pairs);
    std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) {
        return a.p_value != b.p_value ? a.p_value < b.p_value : a.lift > b.lift;
    });
    if (pairs.size() > kPairsAtMost) pairs.resize(kPairsAtMost);
    if (pairs.empty())
        history.gaps.emplace_back("cofailure_pairs", "nothing else that is recorded failed together with it");
}

}  // namespace dagy::diagnose
