#include "cli/render_hit.h"

#include <gtest/gtest.h>

namespace dagy::cli {
namespace {

TEST(RenderHitTest, OpensALogLineWhereItIs) {
    const json::object hit{{"kind", "logs"},     {"dag_id", "sales"}, {"run_id", "r 1's"},
                           {"phase", "load[3]"}, {"attempt", 2},      {"row", 7}};
    EXPECT_EQ(OpenCommand(hit), R"(dagy logs sales 'r 1'\''s' --task 'load[3]' --attempt 2 --around 7)");
    json::object error = hit;
    error["kind"] = "errors";
    EXPECT_EQ(OpenCommand(error), R"(dagy logs sales 'r 1'\''s' --task 'load[3]' --attempt 2)");
    error["kind"] = "data";
    EXPECT_EQ(OpenCommand(error), "");
}

TEST(RenderHitTest, TextOfLogsIsShownAndNeverObeyed) {
    const Terminal plain(false, true);
    const json::object hit{{"kind", "logs"},
                           {"dag_id", "d"},
                           {"run_id", "r"},
                           {"phase", "p"},
                           {"attempt", 1},
                           {"row", 0},
                           {"level", "ERROR"},
                           {"snippet", "ü \x1b[31mred"},
                           {"highlights", json::array{json::array{2, 4}}}};
    EXPECT_EQ(RenderHit(hit, plain), "d r p#1 logs 0 ERROR ü ^[[31mred");
}

TEST(RenderHitTest, ShellWords) {
    EXPECT_EQ(ShellWord("scheduled__2026-11-20T04:00:00+00:00"), "scheduled__2026-11-20T04:00:00+00:00");
    EXPECT_EQ(ShellWord(""), "''");
    EXPECT_EQ(ShellWord("$(x)"), "'$(x)'");
}

}  // namespace
}  // namespace dagy::cli
