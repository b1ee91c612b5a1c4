#include "diagnose/impact.h"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/compose/wording.h"
#include "diagnose/graph.h"
#include "diagnose/severity.h"

namespace dagy::diagnose {
namespace {

bool IsBad(const TaskFinding& task) {
    return task.role == Role::kRootCause || task.role == Role::kVictim || task.role == Role::kIndependent;
}

void AddOnce(std::vector<std::string>& list, const std::string& name) {
    if (!name.empty() && std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

void AddOtherDags(const CaseFile& file, const Findings& findings, Impact& impact) {
    AddOnce(impact.affected_dags, file.run.run.dag_id);
    for (const auto& hop : findings.where.cascade) AddOnce(impact.affected_dags, hop.dag_id);
    for (const auto& related : file.related) {
        if (related.upstream) continue;
        const auto& run = related.file.run;
        if (related.link.via == "asset") AddOnce(impact.affected_assets, related.link.resource);
        if (related.link.via == "asset" || related.link.via == "sensor")
            impact.consumers.push_back({run.dag_id, run.run_id, related.link.via});
        if (run.state == model::RunState::kFailed) AddOnce(impact.affected_dags, run.dag_id);
    }
}

std::string DescribeAmplifier(const CaseFile& file, const Findings& findings, const Impact& impact) {
    int64_t victims = 0;
    std::vector<std::string> roots;
    for (const auto& task : findings.tasks) {
        if (task.role == Role::kVictim && task.dag_id == file.run.run.dag_id) ++victims;
        if (task.role == Role::kRootCause) AddOnce(roots, task.base_task);
    }
    const auto limits = FindAmplifierLimits();
    const auto others = static_cast<int64_t>(impact.affected_dags.size()) - 1;
    if (roots.empty() || (victims < limits.victims_min && others < limits.other_dags_min)) return {};
    std::string text = fmt::format("{} alone kept {} from running", SayList(roots, "", 3), SayCount(victims, "task"));
    if (others > 0)
        text += fmt::format(" and reached {}", SayList({impact.affected_dags.begin() + 1, impact.affected_dags.end()}));
    if (!findings.where.cascade.empty())
        text += fmt::format(", over {}", SayCount(static_cast<int64_t>(findings.where.cascade.size()) - 1, "hop"));
    return text + ".";
}

}  // namespace

Impact FindImpact(const CaseFile& file, const Findings& findings) {
    Impact impact;
    const Graph graph(file.dag.version);
    std::set<std::string> bad;
    std::vector<Graph::Node> roots;
    for (const auto& task : findings.tasks) {
        if (task.dag_id != file.run.run.dag_id || !IsBad(task)) continue;
        bad.insert(task.base_task);
        if (task.state == model::AttemptState::kUpstreamFailed)
            ++impact.upstream_failed_tasks;
        else if (task.state == model::AttemptState::kFailed || task.state == model::AttemptState::kTimedOut)
            ++impact.failed_tasks;
        if (task.role != Role::kVictim) {
            if (const auto node = graph.Find(task.base_task); node != Graph::kNone) roots.push_back(node);
        }
    }
    if (!roots.empty()) {
        const auto behind = graph.Descendants(roots);
        impact.downstream_tasks = std::count(behind.begin(), behind.end(), 1);
    }
    if (graph.size() > 0) impact.fraction_of_dag = std::min(1.0, static_cast<double>(bad.size()) / graph.size());
    AddOtherDags(file, findings, impact);
    impact.amplifier = DescribeAmplifier(file, findings, impact);
    impact.is_amplifier = !impact.amplifier.empty();
    return impact;
}

}  // namespace dagy::diagnose
