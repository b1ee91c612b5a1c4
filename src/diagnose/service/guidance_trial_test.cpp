#include "diagnose/service/guidance_trial.h"

#include <gtest/gtest.h>

#include "diagnose/gather/store_fixture.h"
#include "diagnose/service.h"

namespace dagy::diagnose {
namespace {

using std::chrono::seconds;

constexpr const char* kRules =
    "- id: acme.no_rate\n  code: CUSTOM_NO_RATE\n  family: data\n  meaning: the desk published no rate\n  transience: "
    "TRANSIENT\n"
    "  match: 'KeyError: .NOK'\n  yes: [\"KeyError: 'NOK'\"]\n";

class GuidanceTrialTest : public ::testing::Test, protected StoreFixture {
  protected:
    GuidanceTrialTest() { AddSales(); }

    store::GuidanceStore& rules() { return holder.store().guidance(); }
    store::DiagnosisStore& diagnoses() { return holder.store().diagnoses(); }
    void Put(const std::string& yaml, const std::string& org = kScope.org) {
        rules().Put(org, yaml, "usr_1", clock.Now(), {.org = org, .at = clock.Now()});
    }

    /// The result of a diagnosis that a service makes.
    json::object Made(DiagnosisService& service, const store::DiagnosisRequest& request) {
        const auto run = service.Request(request, false, false);
        const auto deadline = std::chrono::steady_clock::now() + seconds(30);
        for (int64_t seen = 0; diagnoses().WaitEvents(run.id, seen, deadline) &&
                               !model::Ended(diagnoses().Find(request.scope, run.id)->state);
             ++seen) {
        }
        const auto result = diagnoses().Result(run.id);
        EXPECT_TRUE(result) << diagnoses().Find(request.scope, run.id)->error_message;
        return result ? ParseJson(*result, "the result").as_object() : json::object();
    }
    static std::shared_ptr<const Guidance> Read(const std::string& yaml) {
        std::vector<GuidanceFault> faults;
        auto guidance = Guidance::Read(yaml, 1, faults);
        EXPECT_TRUE(faults.empty());
        return guidance;
    }
};

TEST_F(GuidanceTrialTest, RulesCountFromTheMomentTheyArePutAndForTheirOrganizationAlone) {
    DiagnosisService service(holder.store().runs(), diagnoses(), lake, clock, {}, &rules());
    service.Start();
    EXPECT_EQ(StringOr(Made(service, Request()), "root_cause_type"), "USER_CODE_PYTHON_KEY_ERROR");
    Put(kRules, "org_2");
    const auto cached = Made(service, Request());
    EXPECT_EQ(StringOr(cached, "root_cause_type"), "USER_CODE_PYTHON_KEY_ERROR") << "another organization's rules";
    EXPECT_TRUE(cached.contains("from_dag_run_id"));
    Put(kRules);
    const auto fresh = Made(service, Request());
    EXPECT_EQ(StringOr(fresh, "root_cause_type"), "CUSTOM_NO_RATE");
    EXPECT_FALSE(fresh.contains("from_dag_run_id")) << "the cache knows which rules counted";
    EXPECT_TRUE(Made(service, Request()).contains("from_dag_run_id"));
    Put("");
    EXPECT_EQ(StringOr(Made(service, Request()), "root_cause_type"), "USER_CODE_PYTHON_KEY_ERROR");
}

TEST_F(GuidanceTrialTest, ATrialNamesWhatWouldChangeAndChangesNothing) {
    DiagnosisService service(holder.store().runs(), diagnoses(), lake, clock, {}, &rules());
    service.Start();
    Made(service, Request());
    const auto trial = service.TryGuidance(kScope.org, Read(kRules), 50);
    EXPECT_EQ(trial.tried, 1U);
    ASSERT_EQ(trial.changes.size(), 1U);
    EXPECT_EQ(trial.changes[0].diagnosis.request.run_id, "r2");
    EXPECT_EQ(trial.changes[0].from, "USER_CODE_PYTHON_KEY_ERROR");
    EXPECT_EQ(trial.changes[0].to, "CUSTOM_NO_RATE");
    EXPECT_EQ(rules().CurrentVersion(kScope.org), 0);
    EXPECT_EQ(service.TryGuidance("org_2", Read(kRules), 50).tried, 0U) << "another organization has no such runs";
    Put(kRules);
    EXPECT_TRUE(service.TryGuidance(kScope.org, Read(kRules), 50).changes.empty()) << "they count already";
}

TEST_F(GuidanceTrialTest, ATrialThatHasNoTimeLeftSaysWhatItLeftOut) {
    DiagnosisService service(holder.store().runs(), diagnoses(), lake, clock, {}, &rules());
    service.Start();
    Made(service, Request());
    const auto trial = TryOnLatest(holder.store().runs(), lake, diagnoses(), {},
                                   {.org = kScope.org,
                                    .last = 50,
                                    .now = nullptr,
                                    .next = Read(kRules),
                                    .deadline = std::chrono::steady_clock::now()});
    EXPECT_EQ(trial.tried, 0U);
    EXPECT_EQ(trial.left_out, 1U);
}

TEST_F(GuidanceTrialTest, TheBookReadsAVersionOnceAndForgetsTheOldest) {
    GuidanceBook book(&rules(), 2);
    EXPECT_EQ(book.For("org_1"), nullptr);
    for (const char* org : {"org_1", "org_2", "org_3"}) Put(kRules, org);
    const auto first = book.For("org_1");
    EXPECT_EQ(book.For("org_1"), first);
    book.For("org_2");
    book.For("org_3");
    EXPECT_NE(book.For("org_1"), first);
    Put(std::string(kRules) + "# more\n", "org_1");
    EXPECT_EQ(book.For("org_1")->version(), 2);
}

}  // namespace
}  // namespace dagy::diagnose
