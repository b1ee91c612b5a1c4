#include "diagnose/localise/cross_dag.h"

#include <algorithm>

#include "diagnose/localise/longest_chain.h"
#include "diagnose/localise/same_cause.h"

namespace dagy::diagnose {

namespace {

constexpr int kMaxDepth = 8;  // dags behind dags; more is a circle or nobody's problem

bool IsTo(const model::RunLink& link, const TaskFinding& task) {
    return link.to_dag == task.dag_id && link.to_run == task.run_id &&
           (link.to_task.empty() || link.to_task == task.base_task);
}

/// The other run had failed, or failed while the task still looked.
bool FailedInTime(const RunFile& other, const TaskFinding& task) {
    if (other.run.state != model::RunState::kFailed && other.run.state != model::RunState::kCancelled) return false;
    if (!other.run.ended_at || !task.ended_at) return true;
    return *other.run.ended_at <= *task.ended_at + std::chrono::seconds(5);
}

}  // namespace

bool MayExplain(const RelatedRun& related) {
    return !related.file.attempts.empty() && (related.upstream || related.link.via == "trigger");
}

CrossDag::CrossDag(const CaseFile& file, const std::vector<TaskFinding>& tasks) : tasks_(tasks) {
    for (const RelatedRun& related : file.related)
        if (MayExplain(related))
            related_.push_back(
                {&related, std::make_unique<RunGraph>(related.file, related.dag.version, file.source_events)});
}

std::optional<Origin> CrossDag::Explain(const TaskFinding& task, int depth) const {
    if (depth >= kMaxDepth) return std::nullopt;
    if (auto origin = FromWaited(task, depth)) return origin;
    return FromProducer(task, depth);
}

std::optional<Origin> CrossDag::FromWaited(const TaskFinding& task, int depth) const {
    if (!OnlyPointsElsewhere(task)) return std::nullopt;
    for (const Related& other : related_) {
        const model::RunLink& link = other.related->link;
        const bool sensor = link.via == "sensor" && IsTo(link, task) && !link.to_task.empty();
        const bool trigger = link.via == "trigger" && link.from_dag == task.dag_id && link.from_run == task.run_id &&
                             link.from_task.substr(0, link.from_task.find('[')) == task.base_task;
        if (!sensor && !trigger) continue;
        if (!FailedInTime(other.related->file, task) && !(sensor && !link.from_task.empty())) continue;
        auto origin = Inside(other, sensor ? link.from_task : "", depth);
        if (!origin) continue;
        origin->via = link.via;
        origin->link = link;
        return origin;
    }
    return std::nullopt;
}

// A producer that fails after (or before, behind an all_done) it wrote its asset leaves the consumer with less than it
// needs; only an error that says so is put on the producer.
std::optional<Origin> CrossDag::FromProducer(const TaskFinding& task, int depth) const {
    if (!LooksLikeMissingInput(task)) return std::nullopt;
    for (const Related& other : related_) {
        const model::RunLink& link = other.related->link;
        if (!other.related->upstream || link.via == "sensor" || !IsTo(link, task) || link.from_task.empty()) continue;
        auto origin = Inside(other, link.from_task, depth);
        if (!origin) continue;
        origin->via = link.via;
        origin->link = link;
        return origin;
    }
    return std::nullopt;
}

/// Roots of the other run that lie before `carrier` (all of them where there is none), and the way from the first of
/// them to it.
std::optional<Origin> CrossDag::Inside(const Related& other, const std::string& carrier, int depth) const {
    const RunGraph& run = *other.graph;
    const Graph& graph = run.graph();
    const Graph::Node carried_by = carrier.empty() ? Graph::kNone : graph.Find(carrier.substr(0, carrier.find('[')));
    if (!carrier.empty() && carried_by == Graph::kNone) return std::nullopt;
    std::vector<char> counts(static_cast<size_t>(graph.size()), carried_by == Graph::kNone ? 1 : 0);
    if (carried_by != Graph::kNone) {
        counts = graph.Ancestors({carried_by});
        counts[static_cast<size_t>(carried_by)] = 1;
    }
    const auto below = graph.Descendants(run.Failed());
    Origin origin;
    origin.dag_id = run.run().run.dag_id;
    origin.run_id = run.run().run.run_id;
    std::vector<Graph::Node> roots;
    for (const Graph::Node node : run.Failed()) {
        if (!counts[static_cast<size_t>(node)] || below[static_cast<size_t>(node)]) continue;
        if (const TaskFinding* task = Find(origin.dag_id, origin.run_id, graph.Name(node)))
            if (auto deeper = Explain(*task, depth + 1)) {
                deeper->hops.push_back({origin.dag_id, graph.Name(node), std::string(Name(task->state)), deeper->via});
                return deeper;
            }
        roots.push_back(node);
        origin.roots.push_back(graph.Name(node));
    }
    if (roots.empty()) return std::nullopt;
    std::vector<char> allowed(counts.size(), 0);
    for (size_t node = 0; node < counts.size(); ++node)
        allowed[node] = counts[node] && run.At(static_cast<Graph::Node>(node)).Affected();
    if (carried_by != Graph::kNone) allowed[static_cast<size_t>(carried_by)] = 1;
    const auto chain = carried_by == Graph::kNone ? std::vector<Graph::Node>{roots.front()}
                                                  : LongestChain(run, {roots.front()}, allowed);
    for (const Graph::Node node : chain)
        origin.hops.push_back(HopOf(run, node, origin.hops.empty() ? "" : "dependency"));
    if (carried_by != Graph::kNone && chain.back() != carried_by)
        origin.hops.push_back(HopOf(run, carried_by, "dependency"));
    return origin;
}

const TaskFinding* CrossDag::Find(const std::string& dag_id, const std::string& run_id,
                                  const std::string& base_task) const {
    const auto found = std::find_if(tasks_.begin(), tasks_.end(), [&](const TaskFinding& task) {
        return task.dag_id == dag_id && task.run_id == run_id && task.base_task == base_task;
    });
    return found == tasks_.end() ? nullptr : &*found;
}

std::pair<std::string, std::string> WaitedFor(const CaseFile& file, const TaskFinding& task) {
    for (const RelatedRun& related : file.related) {
        const model::RunLink& link = related.link;
        if (link.via == "sensor" && link.to_task == task.base_task && IsTo(link, task))
            return {link.from_dag, link.from_run};
        if (link.via == "trigger" && link.from_run == task.run_id && link.from_task == task.base_task)
            return {link.to_dag, link.to_run};
    }
    for (const auto& attempt : file.run.attempts) {
        if (attempt.task_id != task.task_id) continue;
        const json::object* fields = GetObject(attempt.extras, "rendered_fields");
        for (const json::object* from : {fields, &attempt.extras})
            for (const char* key : {"external_dag_id", "trigger_dag_id"})
                if (from && !StringOr(*from, key).empty())
                    return {StringOr(*from, key), StringOr(*from, "trigger_run_id")};
    }
    for (const Candidate& candidate : task.candidates)
        for (const char* key : {"external_dag_id", "dag_id", "dag"})
            if (const auto found = candidate.captures.find(key); found != candidate.captures.end())
                return {found->second, ""};
    return {};
}

}  // namespace dagy::diagnose
