/// The longest way that a failure took through one run.
#pragma once

#include <string>
#include <vector>

#include "diagnose/finding.h"
#include "diagnose/localise/run_graph.h"

namespace dagy::diagnose {

/// The longest path from any of `roots` over nodes marked in `allowed` (roots count as marked). Among equally long ones
/// it ends in a task that is no teardown, then takes the tasks that come first in the dag's own order. Empty without
/// roots.
std::vector<Graph::Node> LongestChain(const RunGraph& run, const std::vector<Graph::Node>& roots,
                                      const std::vector<char>& allowed);

/// The node as a hop; state is that of its worst instance.
Localisation::Hop HopOf(const RunGraph& run, Graph::Node node, std::string via);

}  // namespace dagy::diagnose
