/// One run laid over its dag: what became of each task, a mapped task's instances taken together.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "diagnose/case_file.h"
#include "diagnose/graph.h"

namespace dagy::diagnose {

/// How a run ended where its tasks did not end it.
struct RunEnd {
    enum class Kind { kByItsTasks, kTimeout, kPerson, kFailFast } kind = Kind::kByItsTasks;
    std::optional<Time> at;
    double timeout_seconds = 0;
    const model::SourceEvent* event = nullptr;  ///< the person's audit row
};

/// `dag_run_timeout` of the version in seconds, where it has one.
std::optional<double> RunTimeoutSeconds(const model::DagVersion& version);

RunEnd HowItEnded(const RunFile& run, const model::DagVersion& version, std::span<const model::SourceEvent> events);

/// What became of a node.
struct NodeRun {
    std::vector<const model::TaskAttempt*> last;  ///< each instance's last attempt
    bool failed = false;                          ///< an instance failed by itself, as far as states tell
    bool upstream_failed = false;                 ///< an instance could not run because of another task
    bool cut = false;        ///< an instance was skipped, stopped or left waiting because the whole run was ended
    bool recovered = false;  ///< failed first, succeeded in the end
    std::optional<Time> failed_at;  ///< earliest
    bool Affected() const { return failed || upstream_failed || cut; }
};

/// The arguments outlive it.
class RunGraph {
  public:
    RunGraph(const RunFile& run, const model::DagVersion& version, std::span<const model::SourceEvent> events);

    const Graph& graph() const { return graph_; }
    const RunFile& run() const { return run_; }
    const RunEnd& end() const { return end_; }
    const NodeRun& At(Graph::Node node) const { return nodes_[static_cast<size_t>(node)]; }
    bool IsTeardown(Graph::Node node) const;
    const std::string& TriggerRule(Graph::Node node) const;
    /// An attempt of that task (map index and all) failed, whatever came after.
    bool FailedOnce(const std::string& task_id) const { return failed_once_.contains(task_id); }
    /// `failed` nodes, by topological order.
    std::vector<Graph::Node> Failed() const;

  private:
    void ReadStates();
    void FindCut();
    bool StillToRun(const model::TaskAttempt& attempt) const;
    bool SkippedByBranch(Graph::Node node) const;

    const RunFile& run_;
    Graph graph_;
    RunEnd end_;
    std::vector<NodeRun> nodes_;
    std::set<std::string> failed_once_;
};

}  // namespace dagy::diagnose
