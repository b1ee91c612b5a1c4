#include "diagnose/localise/longest_chain.h"

#include <algorithm>

namespace dagy::diagnose {

std::vector<Graph::Node> LongestChain(const RunGraph& run, const std::vector<Graph::Node>& roots,
                                      const std::vector<char>& allowed) {
    const Graph& graph = run.graph();
    const auto size = static_cast<size_t>(graph.size());
    std::vector<int> length(size, 0);
    std::vector<Graph::Node> before(size, Graph::kNone);
    for (const Graph::Node root : roots) length[static_cast<size_t>(root)] = 1;
    Graph::Node best = Graph::kNone;
    const auto better = [&](Graph::Node a, Graph::Node b) {
        const int by_length = length[static_cast<size_t>(a)] - length[static_cast<size_t>(b)];
        if (by_length != 0) return by_length > 0;
        return run.IsTeardown(b) && !run.IsTeardown(a);
    };
    for (const Graph::Node node : graph.Order()) {
        const int here = length[static_cast<size_t>(node)];
        if (here == 0) continue;
        if (best == Graph::kNone || better(node, best)) best = node;
        for (const Graph::Node next : graph.Downstream(node)) {
            const auto to = static_cast<size_t>(next);
            // A back edge of a cycle would make the chain endless.
            if (!allowed[to] || graph.Rank()[to] <= graph.Rank()[static_cast<size_t>(node)] || length[to] >= here + 1)
                continue;
            length[to] = here + 1;
            before[to] = node;
        }
    }
    std::vector<Graph::Node> chain;
    for (Graph::Node node = best; node != Graph::kNone; node = before[static_cast<size_t>(node)]) chain.push_back(node);
    std::reverse(chain.begin(), chain.end());
    return chain;
}

Localisation::Hop HopOf(const RunGraph& run, Graph::Node node, std::string via) {
    Localisation::Hop hop;
    hop.dag_id = run.run().run.dag_id;
    hop.task_id = run.graph().Name(node);
    hop.via = std::move(via);
    const NodeRun& all = run.At(node);
    const model::TaskAttempt* worst = nullptr;
    for (const auto* attempt : all.last)
        if (!worst || attempt->state == model::AttemptState::kFailed ||
            (attempt->state != model::AttemptState::kSucceeded && worst->state == model::AttemptState::kSucceeded))
            worst = attempt;
    if (worst) hop.state = std::string(model::Name(worst->state));
    return hop;
}

}  // namespace dagy::diagnose
