#include "diagnose/guidance.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "diagnose/diagnose.h"
#include "support/case_builder.h"
#include "support/text_logs.h"

namespace dagy::diagnose {
namespace {

using testing::CaseBuilder;
using testing::TextLogs;

constexpr const char* kQuota = R"(- id: acme.feed_quota
  code: CUSTOM_FEED_QUOTA
  family: service
  meaning: the feed's daily quota is used up
  transience: TRANSIENT
  class: quota_exceeded
  match: 'quota of feed (?P<feed>\w+) is used up'
  yes: ["FeedError: quota of feed rates is used up"]
  no: ["quota of feed rates: 10 left"]
  fix: ["Ask the desk to raise the quota of feed {feed}.", "    feedctl quota {feed|sh} --raise"]
  remediation: "Wait until midnight UTC, then clear {task}."
  prevention: [{measure: "Fetch feed {feed} once a day.", why: "each retry costs quota", effort: low}]
)";

std::vector<GuidanceFault> FaultsOf(const std::string& yaml) {
    std::vector<GuidanceFault> faults;
    Guidance::Read(yaml, 1, faults);
    return faults;
}

std::shared_ptr<const Guidance> Good(const std::string& yaml) {
    std::vector<GuidanceFault> faults;
    auto guidance = Guidance::Read(yaml, 1, faults);
    for (const auto& fault : faults)
        ADD_FAILURE() << fault.line << " " << fault.rule << " " << fault.what << " | " << fault.way_out;
    return guidance;
}

/// A failed task `extract` that left `log`; a good run before it with `good` in its log.
struct Failure {
    explicit Failure(const std::string& log, const std::string& good = "done\n") {
        CaseBuilder c("sales");
        c.Task("extract");
        c.GoodRun("r1").Run("r2", "failed").Failed("extract").Diagnose("r2");
        file = c.Build();
        logs.Add(1, "extract", 1, good).Add(2, "extract", 1, log);
        file.logs = &logs;
        file.evidence_hash = std::string(64, 'a');
    }
    json::object Diagnosis(std::shared_ptr<const Guidance> guidance, bool explain = false) {
        Options options;
        options.guidance = std::move(guidance);
        options.explain = explain;
        return Diagnose(file, options);
    }
    std::string Code(std::shared_ptr<const Guidance> guidance) {
        return StringOr(Diagnosis(std::move(guidance)), "root_cause_type");
    }
    CaseFile file;
    TextLogs logs;
};

/// All that Airflow itself says of a task that failed, and nothing of the task's own.
class OrchestratorLogs final : public LogSource {
  public:
    void ReadLogs(const model::PhaseRef& ref, int64_t first, int64_t count,
                  const std::function<bool(std::span<const model::LogRow>)>& take) override {
        std::vector<model::LogRow> rows(2);
        rows[0].message = "Starting attempt 1 of 1";
        rows[1].message = "Marking task as FAILED. dag_id=sales, task_id=extract";
        rows[1].row = 1;
        for (auto& row : rows) row.logger = "airflow.models.taskinstance";
        if (ref.run_key == 2 && first == 0 && count >= 2) take(rows);
    }
    void ReadErrors(const model::PhaseRef&, const std::function<bool(std::span<const model::ErrorRow>)>&) override {}
    void ReadData(const model::PhaseRef&, const std::function<bool(std::span<const model::DataRow>)>&) override {}
    int64_t LogCount(const model::PhaseRef& ref) override { return ref.run_key == 2 ? 2 : 0; }
};

std::string Raised(const std::string& last) {
    return "Traceback (most recent call last):\n  File \"/opt/airflow/dags/sales.py\", line 3, in extract\n    "
           "fetch()\n" +
           last + "\n";
}

std::string Rule(const std::string& code, const std::string& match, const std::string& yes) {
    return "- id: own.rule\n  code: " + code + "\n  match: '" + match + "'\n  yes: [\"" + yes + "\"]\n";
}

TEST(GuidanceTest, AnOwnCodeIsFoundWithItsTextsAndCaptures) {
    Failure failure(Raised("FeedError: quota of feed rates is used up"));
    const auto diagnosis = failure.Diagnosis(Good(kQuota));
    EXPECT_EQ(StringOr(diagnosis, "root_cause_type"), "CUSTOM_FEED_QUOTA");
    EXPECT_EQ(StringOr(diagnosis, "exception_class"), "FeedError");
    EXPECT_EQ(StringOr(diagnosis, "log_classification"), "quota_exceeded");
    EXPECT_EQ(StringOr(diagnosis, "suggested_fix"),
              "Ask the desk to raise the quota of feed rates.\n    feedctl quota rates --raise");
    EXPECT_TRUE(StringOr(diagnosis, "remediation").starts_with("1. Wait until midnight UTC, then clear extract."))
        << StringOr(diagnosis, "remediation");
    EXPECT_EQ(StringOr(diagnosis.at("prevention_measures").as_array().at(0).as_object(), "measure"),
              "Fetch feed rates once a day.");
    EXPECT_NE(StringOr(diagnosis, "root_cause").find("the feed's daily quota is used up"), std::string::npos)
        << StringOr(diagnosis, "root_cause");
    EXPECT_NE(failure.Code(nullptr), "CUSTOM_FEED_QUOTA");
}

TEST(GuidanceTest, TheExampleOfTheDocsIsTakenAsItStands) {
    const char* root = std::getenv("DAGY_SOURCE_DIR");
    if (root == nullptr) GTEST_SKIP() << "DAGY_SOURCE_DIR is not set; ctest sets it";
    std::ifstream file(std::string(root) + "/docs/knowledge.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const size_t section = text.find("## Rules of your own");
    ASSERT_NE(section, std::string::npos);
    const size_t from = text.find("```yaml\n", section) + 8;
    std::vector<GuidanceFault> faults;
    const auto guidance = Guidance::Read(text.substr(from, text.find("```", from) - from), 1, faults);
    for (const GuidanceFault& fault : faults) ADD_FAILURE() << fault.line << ": " << fault.what;
    EXPECT_EQ(guidance->rules(), 1u);
}

TEST(GuidanceTest, OfRulesOnTheSameTextTheOwnOneIsTaken) {
    const std::string line = "KeyError: 'NOK'";
    Failure failure(Raised(line));
    EXPECT_EQ(failure.Code(nullptr), "USER_CODE_PYTHON_KEY_ERROR");
    EXPECT_EQ(failure.Code(Good(Rule("DATA_SCHEMA_MISMATCH", "KeyError: .NOK", "KeyError: 'NOK'"))),
              "DATA_SCHEMA_MISMATCH");
}

TEST(GuidanceTest, AListedCodeKeepsWhatTheRuleDoesNotSay) {
    Failure failure(Raised("KeyError: 'NOK'"));
    const auto diagnosis = failure.Diagnosis(
        Good(Rule("DATA_SCHEMA_MISMATCH", "KeyError: .NOK", "KeyError: 'NOK'") + "  fix: Ask the rates desk.\n"));
    EXPECT_EQ(StringOr(diagnosis, "suggested_fix"), "Ask the rates desk.");
    EXPECT_FALSE(diagnosis.at("prevention_measures").as_array().empty());
}

TEST(GuidanceTest, NoiseNeverBecomesACause) {
    const std::string key = Raised("KeyError: 'NOK'");
    // A deprecation warning, a line of good runs too, and what Airflow itself always says.
    Failure warned("x.py:3: DeprecationWarning: the ledger format is old\n" + key);
    EXPECT_EQ(warned.Code(Good(Rule("DATA_PARSE_ERROR", "ledger format", "the ledger format broke"))),
              "USER_CODE_PYTHON_KEY_ERROR");
    Failure usual("ledger format unknown, using v1\n" + key, "ledger format unknown, using v1\ndone\n");
    EXPECT_EQ(usual.Code(Good(Rule("DATA_PARSE_ERROR", "ledger format", "the ledger format broke"))),
              "USER_CODE_PYTHON_KEY_ERROR");
    Failure ends("");
    OrchestratorLogs logs;
    ends.file.logs = &logs;
    EXPECT_EQ(ends.Code(Good(Rule("DATA_PARSE_ERROR", "Marking task as FAILED", "Marking task as FAILED"))),
              ends.Code(nullptr));
}

TEST(GuidanceTest, NothingAndCommentsAreNoRules) {
    EXPECT_EQ(Good("")->rules(), 0U);
    EXPECT_EQ(Good("# none yet\n")->rules(), 0U);
    EXPECT_EQ(Good("[]\n")->rules(), 0U);
}

struct Bad {
    const char* what;
    std::string yaml;
    int line;
    const char* says;
};

TEST(GuidanceTest, EachFaultIsNamedWithLineAndWayOut) {
    const std::string good = Rule("OUT_OF_MEMORY_ERROR", "some words", "some words");
    std::string many;
    for (int i = 0; i < 501; ++i) many += "- id: r" + std::to_string(i) + "\n";
    std::string bomb = "- &a [x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'i'; ++c)
        bomb += std::string("- &") + c + " [*" + char(c - 1) + ",*" + char(c - 1) + ",*" + char(c - 1) + "]\n";
    const std::vector<Bad> cases{
        {"no YAML", "- id: [\n", 2, "no YAML"},
        {"no list", "id: x\n", 1, "not a list"},
        {"second document", good + "---\n" + good, 6, "second YAML document"},
        {"no rule", "- just words\n", 1, "not a rule"},
        {"duplicate member", good + "  code: OUT_OF_MEMORY_ERROR\n", 0, ""},
        {"unknown member", good + "  serverity: high\n", 5, "no member `serverity`"},
        {"no id", "- code: OUT_OF_MEMORY_ERROR\n  match: 'some words'\n  yes: [some words]\n", 1, "no id"},
        {"bad id", "- id: A b\n  code: OUT_OF_MEMORY_ERROR\n  match: 'some words'\n  yes: [some words]\n", 1,
         "`id` is \"A b\""},
        {"duplicate id", good + good, 5, "its id is taken"},
        {"built-in id", "- id: parse.json\n  code: OUT_OF_MEMORY_ERROR\n  match: 'some words'\n  yes: [some words]\n",
         1, "its id is taken"},
        {"unknown code", Rule("NO_SUCH_CODE", "some words", "some words"), 1, "not a listed code and lacks its family"},
        {"reserved code", Rule("NONE", "some words", "some words"), 1, "no rule may find NONE"},
        {"listed code defined", good + "  family: x\n", 1, "is a listed code"},
        {"wrong type", "- id: own.rule\n  code: {a: b}\n  match: 'some words'\n  yes: [some words]\n", 2,
         "`code` is not a text"},
        {"bad regex", Rule("OUT_OF_MEMORY_ERROR", "some (words", "some words"), 3, "no regex"},
        {"look-around", Rule("OUT_OF_MEMORY_ERROR", "some(?=words)", "some words"), 3, "no regex"},
        {"no literal", Rule("OUT_OF_MEMORY_ERROR", ".*", "some words"), 1, "without a literal"},
        {"example unseen", Rule("OUT_OF_MEMORY_ERROR", "some words", "other ones"), 1, "does not find its example"},
        {"harmless example", Rule("OUT_OF_MEMORY_ERROR", "DeprecationWarning", "DeprecationWarning: x"), 1,
         "does not find its example"},
        {"counter-example seen", good + "  no: [some words]\n", 1, "finds its counter-example"},
        {"no example", "- id: own.rule\n  code: OUT_OF_MEMORY_ERROR\n  match: 'some words'\n", 1, "no example"},
        {"score", good + "  score: 7\n", 5, "`score` is \"7\""},
        {"score nan", good + "  score: nan\n", 5, "`score` is \"nan\""},
        {"unknown hole", good + "  fix: \"echo ${HOME}\"\n", 1, "no group of its match"},
        {"effort", good + "  prevention: [{measure: m, effort: huge}]\n", 5, "`effort` is \"huge\""},
        {"alias bomb", bomb, 1, "not a rule"},
        {"alias",
         "- id: own.rule\n  code: &c OUT_OF_MEMORY_ERROR\n  match: 'some words'\n  yes: [some words]\n  class: *c\n", 5,
         "is an alias"},
        {"merge key", "- &r\n  id: own.rule\n- <<: *r\n", 3, "`<<`"},
        {"too many", many, 1, "there are 501 rules"},
        {"too long", std::string(kGuidanceBytesMax + 1, '#'), 1, "bytes, more than"},
        {"no UTF-8", "- id: \xff\n", 1, "not UTF-8"},
        {"deep", std::string(100000, '['), 1, "no YAML"},
        {"long text", good + "  title: " + std::string(3000, 'x') + "\n", 5, "`title` has 3000 bytes"},
    };
    for (const auto& bad : cases) {
        const auto faults = FaultsOf(bad.yaml);
        ASSERT_FALSE(faults.empty()) << bad.what;
        const bool named = std::ranges::any_of(faults, [&](const GuidanceFault& fault) {
            return fault.what.find(bad.says) != std::string::npos && (bad.line == 0 || fault.line == bad.line);
        });
        EXPECT_TRUE(named) << bad.what << ": line " << faults[0].line << ": " << faults[0].what;
        for (const auto& fault : faults) EXPECT_FALSE(fault.way_out.empty()) << bad.what;
        EXPECT_LE(faults.size(), 100U);
    }
}

TEST(GuidanceTest, AnOwnCodeIsDefinedOnceForAllItsRules) {
    const std::string second =
        "- id: acme.second\n  code: CUSTOM_FEED_QUOTA\n  match: 'feed gate closed'\n  yes: [feed gate closed]\n";
    EXPECT_EQ(Good(kQuota + second)->rules(), 2U);
    EXPECT_EQ(FaultsOf(kQuota + second + "  meaning: something else\n").at(0).what,
              "gives CUSTOM_FEED_QUOTA another meaning than an earlier rule");
}

TEST(GuidanceTest, AFaultyRuleDoesNotTakeTheGoodOnesAlong) {
    std::vector<GuidanceFault> faults;
    const auto guidance =
        Guidance::Read(std::string(kQuota) + Rule("NO_SUCH_CODE", "some words", "some words"), 1, faults);
    EXPECT_EQ(faults.size(), 1U);
    EXPECT_EQ(guidance->rules(), 1U);
    EXPECT_NE(guidance->knowledge().FindRootCause("CUSTOM_FEED_QUOTA"), nullptr);
    EXPECT_EQ(Knowledge::Builtin().FindRootCause("CUSTOM_FEED_QUOTA"), nullptr);
}

TEST(GuidanceTest, ARegexThatWouldHangOthersIsLinear) {
    Failure failure(Raised("FeedError: aaa" + std::string(20000, 'a') + "!"));
    EXPECT_NE(failure.Code(Good(Rule("DATA_PARSE_ERROR", "aaa(a+)+$", "aaaaaa"))), "");
}

TEST(ExplainTest, EveryRuleThatFiredStandsThereHeaviestFirst) {
    Failure failure("WARNING - connection refused by cache, falling back\n" +
                    Raised("FeedError: quota of feed rates is used up"));
    const auto diagnosis = failure.Diagnosis(Good(kQuota), true);
    const auto& rules = diagnosis.at("rules_fired").as_array();
    ASSERT_GE(rules.size(), 2U) << json::serialize(rules);
    EXPECT_EQ(StringOr(rules[0].as_object(), "rule"), "acme.feed_quota");
    double last = 1;
    bool beaten = false;
    for (const auto& item : rules) {
        const auto& rule = item.as_object();
        for (const char* member : {"rule", "code", "score", "weight", "why"})
            EXPECT_TRUE(rule.contains(member)) << member;
        EXPECT_LE(*GetDouble(rule, "weight"), last);
        last = *GetDouble(rule, "weight");
        beaten |= last == 0;
    }
    EXPECT_TRUE(beaten) << "the class's own rule lost to the organization's";
    double sum = 0;
    for (const auto& signal : diagnosis.at("confidence_signals").as_array())
        sum += *GetDouble(signal.as_object(), "weight");
    EXPECT_NEAR(std::min(sum, 0.98), *GetDouble(diagnosis, "confidence"), 0.002);
    EXPECT_FALSE(failure.Diagnosis(nullptr).contains("rules_fired"));
}

}  // namespace
}  // namespace dagy::diagnose
