/// The dag of one version as a graph: who waits for whom. Mapped tasks are one node.
///
///   extract ─▶ clean ─▶ load ─▶ report        Ancestors(report) = {load, clean, extract}
///                  └──▶ audit                 Depth along the longest path: extract 0 … report 3
///
/// Tolerant: an edge to an unknown task makes a node for it, the edges that close a cycle are left out of the order.
/// Every call is linear in tasks + edges.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/run.h"

namespace dagy::diagnose {

class Graph {
  public:
    using Node = int;
    static constexpr Node kNone = -1;

    /// Nodes in the version's order, then tasks that only edges name, then `also` (tasks that a run had and the version
    /// lacks).
    explicit Graph(const model::DagVersion& version, const std::vector<std::string>& also = {});

    int size() const { return static_cast<int>(names_.size()); }
    Node Find(std::string_view task_id) const;
    const std::string& Name(Node node) const { return names_[static_cast<size_t>(node)]; }
    /// What the version says of the task; nullptr where only an edge names it.
    const model::Task* Task(Node node) const { return tasks_[static_cast<size_t>(node)]; }
    const std::vector<Node>& Downstream(Node node) const { return down_[static_cast<size_t>(node)]; }
    const std::vector<Node>& Upstream(Node node) const { return up_[static_cast<size_t>(node)]; }

    /// All nodes; a task stands before those that wait for it (Kahn, ties in the version's order). Nodes of a cycle
    /// come last.
    const std::vector<Node>& Order() const { return order_; }
    /// Position in Order(), by node.
    const std::vector<int>& Rank() const { return rank_; }
    bool HasCycle() const { return has_cycle_; }

    /// One bit a node: reachable from any of `from` against (with) the edges, `from` not included unless on a cycle.
    std::vector<char> Ancestors(const std::vector<Node>& from) const;
    std::vector<char> Descendants(const std::vector<Node>& from) const;

  private:
    Node Add(const std::string& name, const model::Task* task);
    void Sort();

    std::vector<std::string> names_;
    std::vector<const model::Task*> tasks_;  ///< into the version, which outlives the graph
    std::vector<std::vector<Node>> down_, up_;
    std::map<std::string, Node, std::less<>> by_name_;
    std::vector<Node> order_;
    std::vector<int> rank_;
    bool has_cycle_ = false;
};

}  // namespace dagy::diagnose
