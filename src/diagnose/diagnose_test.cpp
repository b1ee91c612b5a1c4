#include "diagnose/diagnose.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "diagnose/compose/gaps.h"
#include "diagnose/markdown.h"
#include "support/case_builder.h"
#include "support/text_logs.h"

namespace dagy::diagnose {
namespace {

using testing::CaseBuilder;
using testing::TextLogs;

constexpr const char* kTraceback =
    "starting\n"
    "Traceback (most recent call last):\n"
    "  File \"/opt/airflow/dags/sales.py\", line 3, in extract\n"
    "    return rates[\"NOK\"]\n"
    "KeyError: 'NOK'\n";

struct Sales {
    Sales() {
        CaseBuilder c("sales");
        c.Task("extract", {"load"}).Task("load").Source("import x\ndef extract(rates):\n    return rates[\"NOK\"]\n");
        c.GoodRun("r1").GoodRun("r2").GoodRun("r3");
        c.Run("r4", "failed").Failed("extract", 2).UpstreamFailed("load").Diagnose("r4");
        file = c.Build();
        file.dag.version.source_file = "sales.py";
        logs.Add(4, "extract", 1, kTraceback).Add(4, "extract", 2, kTraceback);
        for (int64_t run = 1; run <= 3; ++run) logs.Add(run, "extract", 1, "starting\ndone\n");
        file.logs = &logs;
        file.evidence_hash = std::string(64, 'a');
    }
    json::object Diagnosis(Options options = {}) { return Diagnose(file, options); }

    CaseFile file;
    TextLogs logs;
};

std::set<std::string> Refs(const json::object& diagnosis) {
    std::set<std::string> refs;
    for (const auto& ref : diagnosis.at("evidence_refs").as_array()) refs.insert(StringOr(ref.as_object(), "ref"));
    return refs;
}

TEST(DiagnoseTest, NamesTaskCodeLineAndCause) {
    Sales sales;
    const auto diagnosis = sales.Diagnosis();
    EXPECT_EQ(diagnosis.at("root_cause_type").as_string(), "USER_CODE_PYTHON_KEY_ERROR");
    EXPECT_EQ(diagnosis.at("root_cause_task").as_string(), "sales.extract");
    EXPECT_EQ(diagnosis.at("exception_class").as_string(), "KeyError");
    EXPECT_NE(diagnosis.at("root_cause").as_string().find("sales.py line 3 in extract: return rates[\"NOK\"] [s1]"),
              std::string::npos)
        << diagnosis.at("root_cause").as_string();
    EXPECT_NE(diagnosis.at("title").as_string().find("NOK"), std::string::npos);
    EXPECT_EQ(diagnosis.at("cascade_depth").as_int64(), 1);
}

TEST(DiagnoseTest, EveryFieldOfTheSeedIsThereOrExplained) {
    Sales sales;
    const auto diagnosis = sales.Diagnosis();
    std::set<std::string> gaps;
    for (const auto& gap : diagnosis.at("evidence_gaps").as_array()) {
        EXPECT_FALSE(StringOr(gap.as_object(), "reason").empty());
        gaps.insert(StringOr(gap.as_object(), "field"));
    }
    EXPECT_EQ(SeedFields().size(), 54u);
    for (const auto& field : SeedFields()) {
        if (field == "from_dag_run_id") continue;
        EXPECT_NE(diagnosis.contains(field), gaps.contains(field)) << field;
    }
}

TEST(DiagnoseTest, EveryClaimIsCited) {
    Sales sales;
    const auto diagnosis = sales.Diagnosis();
    const auto refs = Refs(diagnosis);
    for (const char* field : {"evidence", "symptoms"}) {
        ASSERT_FALSE(diagnosis.at(field).as_array().empty());
        for (const auto& claim : diagnosis.at(field).as_array()) {
            const std::string text(claim.as_string());
            const size_t open = text.rfind('[');
            ASSERT_TRUE(text.ends_with(']') && open != std::string::npos) << text;
            EXPECT_TRUE(refs.contains(text.substr(open + 1, text.find_first_of(",]", open) - open - 1))) << text;
        }
    }
}

TEST(DiagnoseTest, TellsWhileItFindsAndTheFirstSentenceNeedsNoLog) {
    Sales sales;
    std::vector<std::string> told;
    Options options;
    options.tell = [&](const std::string& text) { told.push_back(text); };
    sales.Diagnosis(options);
    ASSERT_GE(told.size(), 4u);
    EXPECT_EQ(told[0], "Run `r4` of **sales** failed after 5 min: 1 task failed, 1 never ran, 0 succeeded.");
    EXPECT_EQ(told[1], "Only **extract** failed by itself; `load` waits for it.");
    EXPECT_NE(told[2].find("Both attempts of `extract` ended the same way"), std::string::npos) << told[2];
    EXPECT_NE(told.back().find("USER_CODE_PYTHON_KEY_ERROR"), std::string::npos);
}

TEST(DiagnoseTest, SameCaseSameBytes) {
    Sales one, two;
    EXPECT_EQ(json::serialize(one.Diagnosis()), json::serialize(two.Diagnosis()));
}

TEST(DiagnoseTest, WithoutALogItSaysSoAndGuessesNothing) {
    Sales sales;
    TextLogs none;
    sales.file.logs = &none;
    const auto diagnosis = sales.Diagnosis();
    EXPECT_EQ(diagnosis.at("root_cause_type").as_string(), "INSUFFICIENT_EVIDENCE");
    EXPECT_EQ(diagnosis.at("evidence_status").as_string(), "insufficient_evidence");
    EXPECT_FALSE(diagnosis.contains("log_snippet"));
    EXPECT_FALSE(diagnosis.at("evidence").as_array().empty());
}

TEST(DiagnoseTest, StopsWhenAsked) {
    Sales sales;
    std::stop_source stop;
    Options options;
    options.stop = stop.get_token();
    options.tell = [&](const std::string&) { stop.request_stop(); };
    try {
        sales.Diagnosis(options);
        FAIL() << "it went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kTimeout);
    }
}

TEST(VerifyTest, EveryRefHoldsUntilARecordOrARefIsChanged) {
    Sales sales;
    auto diagnosis = sales.Diagnosis();
    const auto good = Verify(sales.file, diagnosis);
    ASSERT_EQ(good.size(), diagnosis.at("evidence_refs").as_array().size());
    for (const auto& one : good) EXPECT_TRUE(one.at("ok").as_bool()) << json::serialize(one);

    TextLogs other;
    other.Add(4, "extract", 1, "nothing\n").Add(4, "extract", 2, "nothing\n");
    sales.file.logs = &other;
    const auto bad = Verify(sales.file, diagnosis);
    EXPECT_TRUE(std::any_of(bad.begin(), bad.end(), [](const json::value& one) { return !one.at("ok").as_bool(); }));

    auto& ref = diagnosis.at("evidence_refs").as_array().at(0).as_object();
    ref["text"] = "forged";
    EXPECT_EQ(Verify(sales.file, diagnosis).at(0).at("reason").as_string(), "the hash is not that of the text");
}

TEST(MarkdownTest, IsWholeAndEscapesWhatLogsSay) {
    Sales sales;
    auto diagnosis = sales.Diagnosis();
    const std::string text = ToMarkdown(diagnosis);
    for (const char* heading :
         {"# sales: ", "## Root cause", "## Evidence", "## Tasks", "## Fix", "## Steps", "## Where it stands"}) {
        EXPECT_NE(text.find(heading), std::string::npos) << heading;
    }
    diagnosis["summary"] = "<script>alert(1)</script> `x` [link](http://evil)";
    diagnosis["evidence_refs"].as_array().at(0).as_object()["text"] = "```\n# not a heading";
    const std::string hostile = ToMarkdown(diagnosis);
    EXPECT_EQ(hostile.find("<script>"), std::string::npos);
    EXPECT_NE(hostile.find("````\n```\n# not a heading\n````"), std::string::npos);
}

TEST(DiagnoseTest, WhereNoLineTellsTheCauseTheLastSignOfLifeIsCited) {
    CaseBuilder c("cranes");
    c.Task("stamp", {"lift"}).Task("lift");
    c.Run("r1", "failed").Good("stamp").Failed("lift");
    c.Event(3, "heartbeat timeout", {}, "r1", "lift");
    CaseFile file = c.Build();
    TextLogs logs;
    logs.Add(1, "stamp", 1, "stamped\n").Add(1, "lift", 1, "lifting\nhook is at 4 m\n::endgroup::\n");
    file.logs = &logs;
    const json::object out = Diagnose(file, {});
    EXPECT_EQ(out.at("root_cause_type").as_string(), "PLATFORM_HEARTBEAT_LOST");
    size_t lines = 0;
    for (const auto& ref : out.at("evidence_refs").as_array()) {
        if (ref.as_object().at("kind").as_string() != "log") continue;
        ++lines;
        EXPECT_EQ(ref.as_object().at("text").as_string(), "hook is at 4 m");
        EXPECT_EQ(ref.as_object().at("task_id").as_string(), "lift");
    }
    EXPECT_EQ(lines, 1u);
}

}  // namespace
}  // namespace dagy::diagnose
