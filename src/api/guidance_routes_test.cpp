#include "api/guidance_routes.h"

#include "api/api_fixture.h"
#include "identity/api_keys.h"

namespace dagy::api {
namespace {

constexpr const char* kRules = R"(- id: acme.feed_quota
  code: CUSTOM_FEED_QUOTA
  family: service
  meaning: the feed's daily quota is used up
  transience: TRANSIENT
  match: 'quota of feed (?P<feed>\w+) is used up'
  yes: ["FeedError: quota of feed rates is used up"]
)";

class GuidanceRoutesTest : public ApiTest {
  protected:
    static constexpr const char* kPath = "/api/v1/diagnosis/guidance";
    net::Response PutRules(const std::string& yaml) { return Ask("PUT", kPath, yaml); }
    std::string KeyOf(const std::string& role) {
        const identity::Identity who{.org = first_.org, .user = "usr_x", .role = role, .kind = "local"};
        return identity::ApiKeys(store_->identity(), clock_).Make(who, {.name = role, .role = role}, {}).secret;
    }
};

TEST_F(GuidanceRoutesTest, WithoutRulesThereIsVersionZero) {
    const json::object none = Get(kPath);
    EXPECT_EQ(IntOr(none, "version", -1), 0);
    EXPECT_EQ(StringOr(none, "yaml", "?"), "");
    EXPECT_TRUE(none.at("updated_at").is_null());
}

TEST_F(GuidanceRoutesTest, WhatIsPutIsThereAsTextAndAudited) {
    const net::Response response = PutRules(kRules);
    ASSERT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(IntOr(BodyOf(response), "version", 0), 1);
    EXPECT_EQ(IntOr(BodyOf(response), "rules", 0), 1);
    EXPECT_EQ(StringOr(Get(kPath), "yaml"), kRules);
    net::Request text = Request("GET", kPath);
    text.headers.emplace_back("accept", "application/yaml");
    EXPECT_EQ(Ask(std::move(text), first_.api_key).body, kRules);
    const auto audit = store_->identity().AuditEntries(first_.org, 1);
    ASSERT_EQ(audit.size(), 1U);
    EXPECT_EQ(audit[0].resource_type, "diagnosis_guidance");
    EXPECT_EQ(IntOr(audit[0].after, "version", 0), 1);
}

TEST_F(GuidanceRoutesTest, AJsonBodyDoesTheSame) {
    net::Request request = Request("PUT", kPath, json::serialize(json::object{{"yaml", kRules}}));
    request.headers.emplace_back("content-type", "application/json");
    ASSERT_EQ(Ask(std::move(request), first_.api_key).status, 200);
    EXPECT_EQ(StringOr(Get(kPath), "yaml"), kRules);
    net::Request wrong = Request("PUT", kPath, R"({"rules":[]})");
    wrong.headers.emplace_back("content-type", "application/json");
    EXPECT_EQ(GetArray(ExpectProblem(Ask(std::move(wrong), first_.api_key), 422, "invalid_input"), "errors")->size(),
              2U);
}

TEST_F(GuidanceRoutesTest, EveryFaultIsListedWithLineAndWayOutAndNothingIsKept) {
    const std::string yaml =
        "- id: a.b\n  code: NO_SUCH\n  match: 'some words'\n  yes: [some words]\n- id: A B\n  code: "
        "OUT_OF_MEMORY_ERROR\n  match: '('\n  yes: [x]\n";
    for (const char* path : {"/api/v1/diagnosis/guidance", "/api/v1/diagnosis/guidance/check"}) {
        const json::object problem =
            ExpectProblem(Ask(path == std::string(kPath) ? "PUT" : "POST", path, yaml), 422, "invalid_input");
        const json::array& errors = *GetArray(problem, "errors");
        ASSERT_EQ(errors.size(), 3U) << json::serialize(problem);
        EXPECT_EQ(IntOr(errors[0].as_object(), "line", 0), 1);
        EXPECT_EQ(IntOr(errors[1].as_object(), "line", 0), 5);
        EXPECT_EQ(IntOr(errors[2].as_object(), "line", 0), 7);
        for (const auto& error : errors)
            EXPECT_FALSE(StringOr(error.as_object(), "way_out").empty()) << json::serialize(error);
    }
    EXPECT_EQ(IntOr(Get(kPath), "version", -1), 0);
}

TEST_F(GuidanceRoutesTest, ACheckKeepsNothingAndAPutNeedsAnAdmin) {
    EXPECT_EQ(Ask("POST", std::string(kPath) + "/check?last=5", kRules).status, 200);
    EXPECT_EQ(IntOr(Get(kPath), "version", -1), 0);
    ExpectProblem(Ask("POST", std::string(kPath) + "/check?last=51", kRules), 422, "invalid_input");
    ExpectProblem(Ask(Request("PUT", kPath, kRules), KeyOf("developer")), 403, "forbidden");
    EXPECT_EQ(Ask(Request("POST", std::string(kPath) + "/check", kRules), KeyOf("developer")).status, 200);
    EXPECT_EQ(Ask(Request("PUT", kPath, kRules), KeyOf("admin")).status, 200);
}

TEST_F(GuidanceRoutesTest, AnotherOrganizationSeesNothingOfIt) {
    PutRules(kRules);
    const net::Response theirs = Ask(Request("GET", kPath), other_key_);
    EXPECT_EQ(theirs.status, 200);
    EXPECT_EQ(IntOr(BodyOf(theirs), "version", -1), 0);
    EXPECT_FALSE(theirs.body.contains("FEED"));
}

TEST_F(GuidanceRoutesTest, ExplainIsPartOfWhatIsAsked) {
    const std::string body = R"({"dagId":"sales/eu","runId":")" + std::string(kRunId) + "\"}";
    const std::string plain = StringOr(BodyOf(Ask("POST", DiagnosesPath(), body)), "runId");
    const std::string explained = StringOr(BodyOf(Ask("POST", DiagnosesPath() + "?explain=true", body)), "runId");
    EXPECT_NE(plain, explained);
    EXPECT_TRUE(store_->diagnoses().Find({first_.org, first_.deployment}, explained)->request.explain);
}

}  // namespace
}  // namespace dagy::api
