#include "lake/template_miner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lake/template_merge.h"

namespace dagy::lake {
namespace {

std::string Mask(std::string_view line) {
    return std::string(TemplateMask().Apply(line));
}

TEST(TemplateMaskTest, TakesValuesOut) {
    EXPECT_EQ(Mask("connection from 10.0.0.7 (a.example.com) at Fri Jul 7 09:12:01"), "connection from * at *");
    EXPECT_EQ(Mask("connection from 10.0.0.7 () at Fri Jul 7 09:12:01"), "connection from * at *");
    EXPECT_EQ(Mask("freed 33 KB in 0.2 seconds"), "freed * in *");
    EXPECT_EQ(Mask("opened /var/lib/data/part-0001 for reading"), "opened * for reading");
    EXPECT_EQ(Mask("user=anna state=open"), "user = * state = *");
    EXPECT_EQ(Mask("peer fe80:0:0:0:c6b3:1ff:fecd:467f is up"), "peer * is up");
    EXPECT_EQ(Mask("ids [1, 2, 3] done"), "ids * done");
    EXPECT_EQ(Mask(""), "");
    EXPECT_EQ(Mask("plain words only"), "plain words only");
}

TEST(TemplateMinerTest, AWordThatTakesManyValuesIsAValue) {
    TemplateMiner miner;
    std::vector<int64_t> ids;
    for (const char* user : {"anna", "bert", "cora", "dora", "emil", "fred"})
        ids.push_back(miner.Add(std::string("session opened for user ") + user));
    const int64_t other = miner.Add("session closed by peer");
    const auto templates = miner.Finish();
    ASSERT_EQ(templates.size(), 2U);
    EXPECT_EQ(templates[1].text, "session opened for user *");
    EXPECT_EQ(templates[1].lines, 6);
    for (const int64_t id : ids) EXPECT_EQ(miner.TemplateOf(id), 1);
    EXPECT_EQ(miner.TemplateOf(other), 0);
    EXPECT_EQ(miner.TemplateOf(12345), -1);
}

TEST(MergeMasksTest, OneGapOpensAtATimeTheWidestFirst) {
    const std::vector<std::string_view> masks{"load of a by x",
                                              "load of b by x",
                                              "load of c by x",
                                              "load of d by x",
                                              "load of e by x",
                                              "load of e by y",
                                              "gone"};
    const MergedMasks merged = MergeMasks(masks);
    EXPECT_THAT(merged.texts, testing::ElementsAre("gone", "load of * by x", "load of e by y"));
    EXPECT_THAT(merged.template_of, testing::ElementsAre(1U, 1U, 1U, 1U, 1U, 2U, 0U));
}

TEST(MergeMasksTest, JoinsThatJoinAgain) {
    std::vector<std::string> lines;
    for (const char* queue : {"ab", "ac", "ad", "ae", "af"})
        for (const char* user : {"gh", "gi", "gj", "gk", "gl", "gm"})
            lines.push_back(std::string("queue ") + queue + " gave work to " + user);
    const std::vector<std::string_view> masks(lines.begin(), lines.end());
    const MergedMasks merged = MergeMasks(masks);
    EXPECT_THAT(merged.texts, testing::ElementsAre("queue * gave work to *"));
    EXPECT_THAT(merged.template_of, testing::Each(0U));
}

TEST(MergeMasksTest, TheOrderOfShortWordsCounts) {
    const std::vector<std::string_view> masks{"k i one", "k i two", "k i three", "j h four", "j h five"};
    EXPECT_EQ(MergeMasks(masks).texts.size(), 5U);
}

TEST(TemplateMinerTest, OrderDoesNotMatter) {
    std::vector<std::string> lines;
    for (int i = 0; i < 400; ++i)
        lines.push_back("task " + std::string(1, static_cast<char>('a' + i % 17)) + "x moved to queue " +
                        std::to_string(i));
    for (int i = 0; i < 40; ++i)
        lines.push_back("worker " + std::string(1, static_cast<char>('g' + i % 4)) + "z lost its lease");
    TemplateMiner first;
    for (const auto& line : lines) first.Add(line);
    std::mt19937 random(7);
    std::shuffle(lines.begin(), lines.end(), random);
    TemplateMiner second;
    for (const auto& line : lines) second.Add(line);
    const auto a = first.Finish(), b = second.Finish();
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].text, b[i].text);
        EXPECT_EQ(a[i].lines, b[i].lines);
    }
}

std::vector<std::string> LinesOfManyTemplates(size_t count) {
    std::mt19937 random(1);
    std::vector<std::string> lines;
    for (size_t i = 0; i < count; ++i) {
        std::string line = "event";
        for (int w = 0; w < 6; ++w) {
            line += ' ';
            for (int c = 0; c < 5; ++c) line += static_cast<char>('g' + random() % 20);
        }
        lines.push_back(line + " at " + std::to_string(i));
    }
    return lines;
}

TEST(TemplateMinerTest, ManyTemplatesStayBounded) {
    TemplateMiner miner(1000);
    std::vector<int64_t> ids;
    for (const auto& line : LinesOfManyTemplates(100000)) ids.push_back(miner.Add(line));
    EXPECT_EQ(miner.masks(), 1000U);
    const auto templates = miner.Finish();
    std::vector<int64_t> lines(templates.size());
    for (const int64_t id : ids) ++lines[static_cast<size_t>(miner.TemplateOf(id))];
    for (size_t i = 0; i < templates.size(); ++i) EXPECT_EQ(lines[i], templates[i].lines) << templates[i].text;
    EXPECT_EQ(templates[0].text, "*");
    EXPECT_GT(templates[0].lines, 98000);
}

TEST(TemplateMinerTest, OrderDoesNotMatterBeyondTheBoundEither) {
    auto lines = LinesOfManyTemplates(2000);
    const size_t once = lines.size();
    for (size_t i = 0; i < once; i += 3) lines.push_back(lines[i]);
    TemplateMiner first(300), second(300);
    for (const auto& line : lines) first.Add(line);
    std::shuffle(lines.begin(), lines.end(), std::mt19937(5));
    for (const auto& line : lines) second.Add(line);
    const auto a = first.Finish(), b = second.Finish();
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].text, b[i].text);
        EXPECT_EQ(a[i].lines, b[i].lines);
    }
}

}  // namespace
}  // namespace dagy::lake
