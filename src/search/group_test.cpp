#include "search/group.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace dagy::search {
namespace {

using model::RecordKind;

const Time kNow = *ParseTime("2026-11-26T12:00:00Z");  // a Thursday

Group Of(RecordKind kind, int64_t hits, int64_t runs, int64_t dags, const char* first) {
    return {.kind = kind, .hits = hits, .runs = runs, .dags = dags, .first_seen = ParseTime(first)};
}

TEST(GroupTest, SummariesArePlainSentences) {
    EXPECT_EQ(Summary(Of(RecordKind::kError, 40, 37, 4, "2026-11-24T01:00:00Z"), kNow),
              "this error in 37 runs of 4 dags since Tuesday");
    EXPECT_EQ(Summary(Of(RecordKind::kLog, 3, 1, 1, "2026-11-26T09:12:30Z"), kNow),
              "this line 3 times in 1 run since 09:12");
    EXPECT_EQ(Summary(Of(RecordKind::kError, 2, 2, 1, "2026-11-25T23:59:59Z"), kNow),
              "this error in 2 runs of 1 dag since yesterday");
    EXPECT_EQ(Summary(Of(RecordKind::kData, 1, 1, 1, "2026-11-19T12:00:00Z"), kNow), "1 row in 1 run since 2026-11-19");
    EXPECT_EQ(Summary(Of(RecordKind::kLog, 1, 1, 1, "no time"), kNow), "this line 1 time in 1 run");
}

TEST(GroupTest, RanksErrorsThenLevelsThenSpread) {
    std::vector<Group> groups = {
        {.signature = "data", .kind = RecordKind::kData, .runs = 900},
        {.signature = "info", .kind = RecordKind::kLog, .level = model::Level::kInfo, .runs = 50},
        {.signature = "warn", .kind = RecordKind::kLog, .level = model::Level::kWarning, .runs = 2},
        {.signature = "rare", .kind = RecordKind::kError, .hits = 9, .runs = 1},
        {.signature = "wide", .kind = RecordKind::kError, .hits = 5, .runs = 5},
        {.signature = "line", .kind = RecordKind::kLog, .level = model::Level::kCritical, .runs = 1},
    };
    std::ranges::sort(groups, RanksBefore);
    std::string order;
    for (const Group& group : groups) order += group.signature + " ";
    EXPECT_EQ(order, "wide rare line warn info data ");
}

}  // namespace
}  // namespace dagy::search
