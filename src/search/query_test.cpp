#include "search/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace dagy::search {
namespace {

using lake::FieldTerm;
using lake::TextTerm;
using model::Level;
using testing::ElementsAre;
using testing::HasSubstr;
using Form = TextTerm::Form;
using Op = FieldTerm::Op;

Query Read(std::string_view text) {
    const ReadQuery read = ParseQuery(text);
    for (const QueryFault& fault : read.faults) ADD_FAILURE() << text << " at " << fault.at << ": " << fault.message;
    return read.query;
}

Query Terms(std::vector<TextTerm> terms) {
    return {.rows = {.terms = std::move(terms)}};
}

Query Field(std::string column, Op op, std::string value) {
    return {.rows = {.fields = {{.column = std::move(column), .op = op, .value = std::move(value)}}}};
}

/// The one fault of a text: "place: message".
std::string FaultOf(std::string_view text) {
    const ReadQuery read = ParseQuery(text);
    EXPECT_EQ(read.faults.size(), 1U) << text;
    return read.faults.empty() ? "" : std::to_string(read.faults[0].at) + ": " + read.faults[0].message;
}

TEST(QueryTest, WordsPhrasesWholeWordsAndRegexes) {
    EXPECT_EQ(Read("timeout Málaga"), Terms({{Form::kSubstring, "timeout"}, {Form::kSubstring, "Málaga"}}));
    EXPECT_EQ(Read(R"("connection refused" "say \"hi\" C:\new")"),
              Terms({{Form::kSubstring, "connection refused"}, {Form::kSubstring, R"(say "hi" C:\new)"}}));
    EXPECT_EQ(Read(R"(=id ="out of")"), Terms({{Form::kWord, "id"}, {Form::kWord, "out of"}}));
    EXPECT_EQ(Read(R"(/time(d )?out/ /a\/b\\/ x)"),
              Terms({{Form::kRegex, "time(d )?out"}, {Form::kRegex, R"(a/b\\)"}, {Form::kSubstring, "x"}}));
    EXPECT_EQ(Read("-debug -\"heart beat\" -=ok -/ping\\d/"), Terms({{Form::kSubstring, "debug", true},
                                                                     {Form::kSubstring, "heart beat", true},
                                                                     {Form::kWord, "ok", true},
                                                                     {Form::kRegex, "ping\\d", true}}));
    EXPECT_TRUE(Read(" \t\n").Empty());
}

TEST(QueryTest, OrdinaryWordsStayWhole) {
    for (const std::string_view word : {"http://x",
                                        "12:30",
                                        "a::b",
                                        "C:\\x",
                                        "ValueError:",
                                        "host:8080",
                                        "db.internal:5432",
                                        "transform.py:88",
                                        "2026-11-20T04:00:01",
                                        "a==b",
                                        "x=>y",
                                        "--force",
                                        "->",
                                        "==",
                                        "=>",
                                        "/var/log/x.log",
                                        "/var/log/",
                                        "it's",
                                        "foo\"bar",
                                        "{\"a\":1}",
                                        "<div>",
                                        "s3://bucket/key",
                                        "path:/var/log",
                                        "key=",
                                        "a|b",
                                        "*",
                                        "[e1]",
                                        "%"})
        EXPECT_EQ(Read(word), Terms({{Form::kSubstring, std::string(word)}})) << word;
}

TEST(QueryTest, ColumnsWithOperators) {
    EXPECT_EQ(Read("city:mála"), Field("city", Op::kContains, "mála"));
    EXPECT_EQ(Read("id=7"), Field("id", Op::kEqual, "7"));
    EXPECT_EQ(Read("amount>10"), Field("amount", Op::kGreater, "10"));
    EXPECT_EQ(Read("a.b>=-1.5"), Field("a.b", Op::kGreaterEqual, "-1.5"));
    EXPECT_EQ(Read("n<2026-11-20T04:00:00Z"), Field("n", Op::kLess, "2026-11-20T04:00:00Z"));
    EXPECT_EQ(Read("n<=\"a b\""), Field("n", Op::kLessEqual, "a b"));
    EXPECT_EQ(Read("note=\"\""), Field("note", Op::kEqual, ""));
    EXPECT_EQ(Read("\"order id\"=7"), Field("order id", Op::kEqual, "7"));
    EXPECT_EQ(Read("\"level\":x"), Field("level", Op::kContains, "x"));
    EXPECT_EQ(Read("kind=errors"), Field("kind", Op::kEqual, "errors")) << "only the colon makes it a kind";
    EXPECT_EQ(Read("level=7"), Field("level", Op::kEqual, "7"));
    EXPECT_TRUE(Read("-id=7").rows.fields.at(0).negated);
}

TEST(QueryTest, LevelsTaskPhaseKindDagAndRun) {
    EXPECT_THAT(Read("level:error").rows.levels, ElementsAre(Level::kError));
    EXPECT_THAT(Read("level:>=warning").rows.levels, ElementsAre(Level::kWarning, Level::kError, Level::kCritical));
    EXPECT_THAT(Read("level>=WARN").rows.levels, ElementsAre(Level::kWarning, Level::kError, Level::kCritical));
    EXPECT_THAT(Read("level:debug,error").rows.levels, ElementsAre(Level::kDebug, Level::kError));
    EXPECT_EQ(Read("task:load").rows.task, "load");
    EXPECT_EQ(Read("phase:\"a b\"").phase, "a b");
    EXPECT_THAT(Read("kind:data,logs").kinds, ElementsAre(model::RecordKind::kLog, model::RecordKind::kData));
    const Query query = Read("dag:sales*,\"a,b\" -dag:sales_test run:scheduled__2026-11-20T04:00:00+00:00");
    EXPECT_TRUE(query.dags.Allows("sales_eu") && query.dags.Allows("a,b"));
    EXPECT_FALSE(query.dags.Allows("sales_test") || query.dags.Allows("other") || query.dags.Allows("Sales"));
    EXPECT_TRUE(query.runs.Allows("scheduled__2026-11-20T04:00:00+00:00"));
    EXPECT_TRUE((NameCondition{.wanted = {"a*b*c"}}).Allows("a-b-b-c"));
    EXPECT_FALSE((NameCondition{.wanted = {"a*b"}}).Allows("a-b-c"));
}

TEST(QueryTest, EveryFaultIsNamedWithItsPlace) {
    EXPECT_THAT(FaultOf("é level:eror"), testing::StartsWith("3: `eror` is no level"));
    EXPECT_THAT(FaultOf("a \"b c"), testing::StartsWith("3: this quote is not closed"));
    EXPECT_THAT(FaultOf("/timeout"), testing::StartsWith("1: this regex is not closed"));
    EXPECT_THAT(FaultOf("/a(b/"), HasSubstr("missing"));
    EXPECT_THAT(FaultOf("x //"), testing::StartsWith("3: the regex is empty"));
    EXPECT_THAT(FaultOf("a - b"), testing::StartsWith("3: `-` alone"));
    EXPECT_THAT(FaultOf("= b"), HasSubstr("`=` has no word"));
    EXPECT_THAT(FaultOf("\"\""), HasSubstr("quotes are empty"));
    EXPECT_THAT(FaultOf("city:\"\""), testing::StartsWith("6: the value is empty"));
    EXPECT_THAT(FaultOf("level: error"), testing::StartsWith("7: `level:` has no value"));
    EXPECT_THAT(FaultOf("kind:log"), HasSubstr("logs, errors or data"));
    EXPECT_THAT(FaultOf("-task:x"), HasSubstr("cannot be excluded"));
    EXPECT_THAT(FaultOf("task:a task:b"), HasSubstr("given twice"));
    EXPECT_THAT(FaultOf("level:>critical"), HasSubstr("is no level"));
    EXPECT_THAT(FaultOf(std::string(1001, 'x')), HasSubstr("at most 1000"));
    std::string many;
    for (int i = 0; i < 40; ++i) many += "x ";
    EXPECT_THAT(FaultOf(many), testing::StartsWith("65: more than 32"));

    const ReadQuery read = ParseQuery("level:eror /a(/ kind:x \"open");
    ASSERT_EQ(read.faults.size(), 4U);
    EXPECT_EQ(read.faults[3].at, 24U);
}

TEST(QueryTest, WhatIsPrintedReadsAsTheSame) {
    for (const std::string_view text :
         {"timeout -\"heart beat\" =id /a\\/b\\\\/ level:>=warning", "dag:sales*,\"a,b\" -dag:x run:r1 task:t phase:p",
          "\"level\":x \"order id\">=7 city:\"12\" -id=\"\" kind:data", "\"http://x\" \"a:b\" \"-x\" \"/x\" \"=x\""})
        EXPECT_EQ(Read(PrintQuery(Read(text))), Read(text)) << PrintQuery(Read(text));
}

/// Any text at all: reading what was printed of what was read gives the same query.
TEST(QueryTest, PrintingHoldsForRandomText) {
    constexpr std::string_view kPieces[] = {
        "a",     "B1",    "\"",   "\\",     "/",   ":", "=",  "<",   ">",      ">=",   "-",     " ",
        " ",     ",",     "*",    "é",      ".",   "_", "//", "::",  "level:", "dag:", "run:",  "task:",
        "kind:", "error", "logs", "phase:", "id=", "9", "\t", "\\/", "(",      ")",    "level", "\xff"};
    std::mt19937 random(20261123);
    size_t good = 0;
    for (int i = 0; i < 200'000; ++i) {
        std::string text;
        for (size_t n = random() % 12 + 1; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
        const ReadQuery read = ParseQuery(text);
        if (!read.faults.empty()) continue;
        ++good;
        const std::string printed = PrintQuery(read.query);
        const ReadQuery again = ParseQuery(printed);
        ASSERT_TRUE(again.faults.empty()) << text << " → " << printed << ": " << again.faults[0].message;
        ASSERT_EQ(again.query, read.query) << text << " → " << printed;
    }
    EXPECT_GT(good, 50'000U);
}

}  // namespace
}  // namespace dagy::search
