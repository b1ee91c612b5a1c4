#include "diagnose/graph.h"

#include <gtest/gtest.h>

namespace dagy::diagnose {
namespace {

model::DagVersion Version(const std::vector<std::pair<std::string, std::vector<std::string>>>& edges) {
    model::DagVersion version;
    for (const auto& [task, downstream] : edges) version.tasks.push_back({.task_id = task, .downstream = downstream});
    return version;
}

std::vector<std::string> Names(const Graph& graph, const std::vector<char>& marks) {
    std::vector<std::string> names;
    for (const Graph::Node node : graph.Order())
        if (marks[static_cast<size_t>(node)]) names.push_back(graph.Name(node));
    return names;
}

using Strings = std::vector<std::string>;

// extract ─▶ clean ─▶ load ─▶ report
//               └──▶ audit
TEST(GraphTest, FindsAncestorsAndDescendantsInTopologicalOrder) {
    const auto version = Version(
        {{"report", {}}, {"audit", {}}, {"load", {"report"}}, {"clean", {"load", "audit"}}, {"extract", {"clean"}}});
    const Graph graph(version);
    EXPECT_EQ(Names(graph, graph.Ancestors({graph.Find("report")})), (Strings{"extract", "clean", "load"}));
    EXPECT_EQ(Names(graph, graph.Descendants({graph.Find("clean")})), (Strings{"audit", "load", "report"}));
    EXPECT_FALSE(graph.HasCycle());
}

TEST(GraphTest, KnowsTasksThatOnlyAnEdgeNames) {
    const auto version = Version({{"a", {"ghost", "ghost"}}});
    const Graph graph(version);
    ASSERT_NE(graph.Find("ghost"), Graph::kNone);
    EXPECT_EQ(graph.Task(graph.Find("ghost")), nullptr);
    EXPECT_EQ(graph.Upstream(graph.Find("ghost")).size(), 1u);
    EXPECT_EQ(graph.Find("nobody"), Graph::kNone);
}

// a ─▶ b ─▶ c ─▶ b
TEST(GraphTest, SurvivesACycle) {
    const auto version = Version({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}});
    const Graph graph(version);
    EXPECT_TRUE(graph.HasCycle());
    EXPECT_EQ(graph.Order().size(), 3u);
    EXPECT_EQ(Names(graph, graph.Descendants({graph.Find("b")})), (Strings{"b", "c"}));
}

TEST(GraphTest, TakesTenThousandTasksAndFiftyThousandEdges) {
    model::DagVersion version;
    for (int i = 0; i < 10000; ++i) {
        model::Task task{.task_id = "t" + std::to_string(i)};
        for (int d = 1; d <= 5 && i + d * 7 < 10000; ++d) task.downstream.push_back("t" + std::to_string(i + d * 7));
        version.tasks.push_back(std::move(task));
    }
    const Graph graph(version);
    EXPECT_EQ(Names(graph, graph.Descendants({graph.Find("t0")})).size(), 1428u);
}

}  // namespace
}  // namespace dagy::diagnose
