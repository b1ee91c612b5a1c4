#include "lake/compaction_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace dagy::lake {
namespace {

std::vector<store::Chunk> ChunksOf(const std::vector<int64_t>& rows) {
    std::vector<store::Chunk> chunks;
    int64_t next = 0;
    for (const int64_t count : rows) {
        chunks.push_back({.first_row = next, .rows = count, .bytes = count * 10});
        next += count;
    }
    return chunks;
}

std::string Planned(const std::vector<store::Chunk>& chunks, Eagerness eagerness) {
    const auto merge = NextMerge(chunks, 0, eagerness);
    return merge ? std::to_string(merge->first) + "+" + std::to_string(merge->count) : "none";
}

TEST(CompactionPlanTest, EqualNeighboursAreWorthIt) {
    EXPECT_EQ(Planned(ChunksOf({10, 10}), Eagerness::kWhenItPays), "0+2");
    EXPECT_EQ(Planned(ChunksOf({10, 12, 8, 9}), Eagerness::kWhenItPays), "0+4");
    EXPECT_EQ(Planned(ChunksOf({10}), Eagerness::kAlways), "none");
    EXPECT_EQ(Planned({}, Eagerness::kAlways), "none");
}

TEST(CompactionPlanTest, ABigOneIsNotRewrittenForASmallOne) {
    EXPECT_EQ(Planned(ChunksOf({1000, 3}), Eagerness::kWhenItPays), "none");
    EXPECT_EQ(Planned(ChunksOf({1000, 3, 2, 2}), Eagerness::kWhenItPays), "1+3");
    EXPECT_EQ(Planned(ChunksOf({1000, 3, 2, 2}), Eagerness::kAlways), "0+4");
}

TEST(CompactionPlanTest, WhatIsBigEnoughStaysAsItIs) {
    EXPECT_EQ(Planned(ChunksOf({200000, 200000}), Eagerness::kAlways), "none");
    EXPECT_EQ(Planned(ChunksOf({262144, 10, 10}), Eagerness::kWhenItPays), "1+2");
    auto heavy = ChunksOf({10, 10});
    heavy[0].bytes = int64_t{40} << 20;
    EXPECT_EQ(Planned(heavy, Eagerness::kAlways), "none");
}

TEST(CompactionPlanTest, AGapOfPendingRowsIsNotBridged) {
    auto chunks = ChunksOf({10, 10, 10});
    chunks[2].first_row += 5;
    EXPECT_EQ(Planned(chunks, Eagerness::kAlways), "0+2");
    chunks[1].first_row += 1;
    EXPECT_EQ(Planned(chunks, Eagerness::kAlways), "none");
}

// A phase to which a chunk is added at a time: how often is a row rewritten, how many chunks are there at most?
TEST(CompactionPlanTest, RowsAreRewrittenALogarithmicNumberOfTimes) {
    std::vector<int64_t> rows;
    int64_t rewritten = 0;
    size_t most = 0;
    for (int i = 0; i < 1024; ++i) {
        rows.push_back(100);
        for (auto merge = NextMerge(ChunksOf(rows), 0, Eagerness::kWhenItPays); merge;
             merge = NextMerge(ChunksOf(rows), 0, Eagerness::kWhenItPays)) {
            const auto first = rows.begin() + static_cast<std::ptrdiff_t>(merge->first);
            const auto end = first + static_cast<std::ptrdiff_t>(merge->count);
            int64_t sum = 0;
            for (auto at = first; at != end; ++at) sum += *at;
            rewritten += sum;
            *first = sum;
            rows.erase(first + 1, end);
        }
        most = std::max(most, rows.size());
    }
    EXPECT_LE(rewritten, 102400 * 11);
    EXPECT_LE(most, 11u);
}

}  // namespace
}  // namespace dagy::lake
