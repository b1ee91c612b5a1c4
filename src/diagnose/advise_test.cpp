#include "diagnose/advise.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "diagnose/advise/yaml.h"
#include "diagnose/knowledge.h"

namespace dagy::diagnose {
namespace {

const Words kLittle{{"dag", "sales"}, {"task", "load"}, {"date", "2026-01-01"}, {"run", "r1"}};

std::string All(const Advice& advice) {
    std::string text = advice.title + "\n" + advice.cause + "\n" + advice.meaning + "\n" + advice.fix;
    for (const auto& step : advice.steps) text += "\n" + step;
    for (const auto& one : advice.prevention) text += "\n" + one.measure + one.why;
    return text;
}

TEST(AdviseTest, EveryCodeHasAdviceThatSaysSomethingWithFewWords) {
    const auto& book = AdviceBook::Builtin();
    for (const auto& cause : Knowledge::Builtin().RootCauses()) {
        ASSERT_TRUE(book.Has(cause.code)) << cause.code;
        const Advice advice = book.For(cause.code, kLittle);
        EXPECT_FALSE(advice.title.empty() && cause.code != "OTHER") << cause.code;
        EXPECT_FALSE(advice.cause.empty()) << cause.code;
        EXPECT_FALSE(advice.steps.empty()) << cause.code;
    }
}

TEST(AdviseTest, NoHoleIsEverShown) {
    const auto& book = AdviceBook::Builtin();
    for (const auto& cause : Knowledge::Builtin().RootCauses()) {
        Words full;
        for (const auto& hole : book.Holes(cause.code)) full[hole] = "word";
        for (const auto& words : {kLittle, full, Words{}}) {
            const std::string text = All(book.For(cause.code, words));
            for (const auto& hole : book.Holes(cause.code))
                EXPECT_EQ(text.find("{" + hole), std::string::npos) << cause.code << ": " << hole;
        }
    }
}

TEST(AdviseTest, UsesTheRunsOwnNames) {
    Words words = kLittle;
    words["host"] = "feed.invalid";
    words["conn_id"] = "fx_feed";
    const Advice advice = AdviceBook::Builtin().For("NETWORK_DNS_FAILURE", words);
    EXPECT_EQ(advice.title, "host feed.invalid does not resolve");
    EXPECT_NE(advice.fix.find("    airflow connections get fx_feed"), std::string::npos) << advice.fix;
}

TEST(AdviseTest, AnUnknownCodeGetsTheAdviceOfOther) {
    Words words = kLittle;
    words["message"] = "no quorum";
    EXPECT_EQ(AdviceBook::Builtin().For("ACME_QUORUM_LOST", words).cause, "no quorum");
}

std::string FaultOf(std::string_view yaml) {
    try {
        AdviceBook book({{"mine.yaml", yaml}});
    } catch (const Error& error) {
        return error.detail();
    }
    return {};
}

TEST(AdviseTest, FaultsNameFileCodeAndMember) {
    EXPECT_EQ(FaultOf("A: {title: t, cause: c, fix: [], steps: []}"), "mine.yaml: A: \"prevention\" is missing");
    EXPECT_EQ(FaultOf("A: {titel: t}"), "mine.yaml: A: no member is called \"titel\"");
    EXPECT_EQ(FaultOf("A: {title: t, cause: c, fix: [], steps: [], prevention: [{measure: m, why: w, effort: much}]}"),
              "mine.yaml: A: effort is low, medium or high");
    EXPECT_NE(FaultOf("A: [").find("mine.yaml: "), std::string::npos);
    EXPECT_NE(FaultOf("A: 1\nA: 2").find("mine.yaml: "), std::string::npos) << "a key twice";
}

}  // namespace
}  // namespace dagy::diagnose
