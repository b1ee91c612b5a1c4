#include "diagnose/graph.h"

#include <algorithm>

namespace dagy::diagnose {

namespace {

std::vector<char> Reach(const std::vector<Graph::Node>& from, const std::vector<std::vector<Graph::Node>>& edges) {
    std::vector<char> seen(edges.size(), 0);
    std::vector<Graph::Node> stack = from;
    while (!stack.empty()) {
        const auto node = static_cast<size_t>(stack.back());
        stack.pop_back();
        for (const Graph::Node next : edges[node]) {
            if (seen[static_cast<size_t>(next)]) continue;
            seen[static_cast<size_t>(next)] = 1;
            stack.push_back(next);
        }
    }
    return seen;
}

}  // namespace

Graph::Graph(const model::DagVersion& version, const std::vector<std::string>& also) {
    for (const model::Task& task : version.tasks)
        if (!by_name_.contains(task.task_id)) Add(task.task_id, &task);
    for (const model::Task& task : version.tasks) {
        const Node from = Find(task.task_id);
        for (const std::string& name : task.downstream) {
            Node to = Find(name);
            if (to == kNone) to = Add(name, nullptr);
            down_[static_cast<size_t>(from)].push_back(to);
        }
    }
    for (const std::string& name : also)
        if (Find(name) == kNone) Add(name, nullptr);
    for (Node node = 0; node < size(); ++node) {
        auto& next = down_[static_cast<size_t>(node)];
        std::sort(next.begin(), next.end());
        next.erase(std::unique(next.begin(), next.end()), next.end());
        for (const Node to : next) up_[static_cast<size_t>(to)].push_back(node);
    }
    Sort();
}

Graph::Node Graph::Add(const std::string& name, const model::Task* task) {
    names_.push_back(name);
    tasks_.push_back(task);
    down_.emplace_back();
    up_.emplace_back();
    by_name_.emplace(name, size() - 1);
    return size() - 1;
}

Graph::Node Graph::Find(std::string_view task_id) const {
    const auto found = by_name_.find(task_id);
    return found == by_name_.end() ? kNone : found->second;
}

void Graph::Sort() {
    std::vector<int> waits_for(names_.size());
    for (size_t node = 0; node < names_.size(); ++node) waits_for[node] = static_cast<int>(up_[node].size());
    order_.reserve(names_.size());
    for (Node node = 0; node < size(); ++node)
        if (waits_for[static_cast<size_t>(node)] == 0) order_.push_back(node);
    for (size_t next = 0; next < order_.size(); ++next)
        for (const Node to : down_[static_cast<size_t>(order_[next])])
            if (--waits_for[static_cast<size_t>(to)] == 0) order_.push_back(to);
    has_cycle_ = order_.size() < names_.size();
    for (Node node = 0; has_cycle_ && node < size(); ++node)
        if (waits_for[static_cast<size_t>(node)] > 0) order_.push_back(node);
    rank_.resize(names_.size());
    for (size_t at = 0; at < order_.size(); ++at) rank_[static_cast<size_t>(order_[at])] = static_cast<int>(at);
}

std::vector<char> Graph::Ancestors(const std::vector<Node>& from) const {
    return Reach(from, up_);
}

std::vector<char> Graph::Descendants(const std::vector<Node>& from) const {
    return Reach(from, down_);
}

}  // namespace dagy::diagnose
