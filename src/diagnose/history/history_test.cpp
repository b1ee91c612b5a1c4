#include "diagnose/history.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "diagnose/checks.h"
#include "diagnose/localise.h"
#include "support/case_builder.h"

namespace dagy::diagnose {
namespace {

using dagy::testing::At;
using dagy::testing::CaseBuilder;
using dagy::testing::Found;

/// Localises the case with `code` as what every failure of `task` says, and tells its history.
struct Told {
    CaseFile file;
    Findings findings;
    HistoryFinding history;

    Told(const CaseBuilder& builder, const std::string& task, const std::string& code,
         const std::string& message = "boom", const std::map<std::string, std::string>& other_runs = {})
        : file(builder.Build()) {
        findings.tasks = FindTasks(file);
        Found(findings.tasks, task, code, message);
        findings.where = Localise(file, findings.tasks);
        for (const auto& found : findings.tasks)
            if (found.task_id == task && !found.candidates.empty()) findings.cause = found.candidates.front();
        if (findings.cause.code.empty() && !findings.where.run_level.empty())
            findings.cause = findings.where.run_level.front();
        std::map<std::string, std::vector<TaskFinding>> read;
        const ReadOther other = [&](const RunFile& run, const std::string& task_id) -> const TaskFinding* {
            TaskFinding failed;
            failed.task_id = task_id;
            auto& kept = read[run.run.run_id];
            kept = {failed};
            const auto said = other_runs.find(run.run.run_id);
            Found(kept, task_id, said == other_runs.end() ? code : said->second, message);
            return &kept.front();
        };
        const UsualTransience usual = [](const std::string& of) {
            if (of.starts_with("USER_CODE_") || of.starts_with("STORAGE_PERMISSION") || of.starts_with("AUTH_"))
                return "PERMANENT";
            return of == "DATABASE_DEADLOCK" || of == "HTTP_RATE_LIMITED" ? "TRANSIENT" : "INTERMITTENT";
        };
        history = FindHistory(file, findings, other, usual);
    }

    const ChangeSignal* Change(const std::string& resource) const {
        for (const auto& change : history.changes)
            if (change.resource == resource) return &change;
        return nullptr;
    }
    std::string Gap(const std::string& field) const {
        for (const auto& [name, reason] : history.gaps)
            if (name == field) return reason;
        return {};
    }
};

CaseBuilder Pull() {
    return CaseBuilder("rates").Task("pull", {"book"}).Task("book");
}
CaseBuilder& Bad(CaseBuilder& c, const std::string& run) {
    return c.Run(run, "failed").Failed("pull", 2).UpstreamFailed("book");
}
CaseBuilder& HealedRun(CaseBuilder& c, const std::string& run) {
    return c.Run(run, "success").Healed("pull").Good("book");
}

TEST(TransienceTest, EveryRunSinceAnOnsetIsPermanent) {
    auto c = Pull();
    c.GoodRun("r1").GoodRun("r2").GoodRun("r3");
    Bad(c, "r4");
    Bad(c, "r5");
    const Told told(c, "pull", "NETWORK_DNS_FAILURE");
    EXPECT_EQ(told.history.transience, "PERMANENT");
    EXPECT_EQ(told.history.onset, At(30));
    EXPECT_EQ(told.history.last_success, At(25));
    EXPECT_EQ(told.history.last_success_run_id, "r3");
    EXPECT_EQ(told.history.match_count, 2);
    EXPECT_DOUBLE_EQ(*told.history.effective_availability, 60);
    EXPECT_DOUBLE_EQ(*told.history.reported_success_rate, 60);
    EXPECT_EQ(told.history.trend_direction, "degrading");
    EXPECT_THAT(told.Gap("change_point_date"), ::testing::HasSubstr("14"));
}

TEST(TransienceTest, GoodRunsBetweenTheSameFailureAreIntermittent) {
    auto c = Pull();
    c.GoodRun("r1");
    Bad(c, "r2");
    c.GoodRun("r3");
    Bad(c, "r4");
    EXPECT_EQ(Told(c, "pull", "STORAGE_PERMISSION_DENIED").history.transience, "INTERMITTENT");
    // The earlier failure was another one: then this one stands alone.
    EXPECT_EQ(Told(c, "pull", "STORAGE_PERMISSION_DENIED", "boom", {{"r2", "HTTP_SERVER_ERROR"}}).history.transience,
              "PERMANENT");
}

TEST(TransienceTest, AttemptsThatARetryHealedCount) {
    auto c = Pull();
    c.GoodRun("r1");
    HealedRun(c, "r2");
    c.GoodRun("r3");
    Bad(c, "r4");
    const Told told(c, "pull", "HTTP_RATE_LIMITED");
    EXPECT_EQ(told.history.transience, "INTERMITTENT");
    EXPECT_EQ(told.history.similar.front().outcome, "retried, succeeded");
    EXPECT_LT(*told.history.effective_availability, *told.history.reported_success_rate);
    EXPECT_THAT(told.history.health_gap, ::testing::HasSubstr("1 of 3 successful runs needed a retry"));
}

TEST(TransienceTest, OneFailedRunThatIsGoodAgainUnchangedIsTransient) {
    auto c = Pull();
    c.GoodRun("r1");
    Bad(c, "r2");
    c.GoodRun("r3").Diagnose("r2");
    EXPECT_EQ(Told(c, "pull", "NETWORK_READ_TIMEOUT").history.transience, "TRANSIENT");
    // Code does not heal by itself.
    EXPECT_EQ(Told(c, "pull", "USER_CODE_PYTHON_KEY_ERROR").history.transience, "PERMANENT");
}

TEST(TransienceTest, GoodAgainAfterARepairWasPermanent) {
    auto c = Pull();
    c.Source("def pull():\n    Hook(conn_id='feed')\n");
    c.GoodRun("r1");
    Bad(c, "r2");
    c.Event(16, "patch_connection", {{"connection_id", "feed"}, {"host", "good.example"}});
    c.GoodRun("r3").Diagnose("r2");
    EXPECT_EQ(Told(c, "pull", "NETWORK_READ_TIMEOUT").history.transience, "PERMANENT");
}

TEST(TransienceTest, AloneItIsWhatItsCodeUsuallyIs) {
    auto c = Pull();
    c.GoodRun("r1");
    Bad(c, "r2");
    EXPECT_EQ(Told(c, "pull", "USER_CODE_PYTHON_KEY_ERROR").history.transience, "PERMANENT");
    EXPECT_EQ(Told(c, "pull", "DATABASE_DEADLOCK").history.transience, "TRANSIENT");
}

constexpr const char* kSource =
    "@dag()\ndef rates():\n    @task\n    def pull():\n        return "
    "HttpHook(http_conn_id=\"feed\").run(Variable.get(\"path\"))\n\n"
    "    @task\n    def book():\n        print(Variable.get(\"ledger\"))\n";

TEST(ChangesTest, TheConnectionThatTheErrorIsAboutIsClaimed) {
    auto c = Pull();
    c.Source(kSource).Event(-5, "post_connection", {{"connection_id", "feed"}, {"host", "old.example"}});
    c.GoodRun("r1").Event(8, "patch_connection",
                          {{"connection_id", "feed"}, {"host", "http://new.example"}, {"method", "PATCH"}});
    c.Event(8.5, "patch_variable", {{"key", "ledger"}, {"value", "***"}});
    Bad(c, "r2");
    const Told told(c, "pull", "NETWORK_DNS_FAILURE", "cannot resolve new.example");
    ASSERT_TRUE(told.Change("feed"));
    EXPECT_EQ(told.history.changes.front().resource, "feed");
    EXPECT_EQ(told.Change("feed")->kind, "connection");
    EXPECT_GE(told.Change("feed")->score, 0.9);
    EXPECT_EQ(told.Change("feed")->before.at("host").as_string(), "old.example");
    EXPECT_NEAR(told.Change("feed")->hours_before_onset, 2.0 / 60, 1e-9);
    EXPECT_LT(told.Change("ledger")->score, 0.5);
    EXPECT_EQ(told.history.transience, "PERMANENT");
}

TEST(ChangesTest, AHostThatStayedAsItWasProvesNothing) {
    auto c = Pull();
    c.Source(kSource).Event(-5, "post_connection",
                            {{"connection_id", "archive"}, {"host", "db.example"}, {"schema", "a"}});
    c.GoodRun("r1").Event(8, "patch_connection",
                          {{"connection_id", "archive"}, {"host", "db.example"}, {"schema", "b"}});
    Bad(c, "r2");
    const Told told(c, "pull", "NETWORK_CONNECTION_REFUSED", "connection to db.example refused");
    ASSERT_TRUE(told.Change("archive"));
    EXPECT_LT(told.Change("archive")->score, 0.5);
}

TEST(ChangesTest, AChangeBeforeGoodRunsIsNoCause) {
    auto c = Pull();
    c.Source(kSource).GoodRun("r1").Event(8, "patch_variable", {{"key", "path"}}).GoodRun("r2");
    Bad(c, "r3");
    const Told told(c, "pull", "HTTP_NOT_FOUND");
    for (const auto& change : told.history.changes) EXPECT_LT(change.score, 0.5) << change.resource;
}

TEST(ChangesTest, AVariableOfTheFailingTaskIsClaimedAPoolWithMoreRoomIsNot) {
    auto c = Pull();
    c.Source(kSource)
        .Event(-5, "patch_pool", {{"pool_name", "narrow"}, {"slots", 2}})
        .GoodRun("r1")
        .Event(8, "patch_variable", {{"key", "path"}});
    c.Event(8, "patch_pool", {{"pool_name", "narrow"}, {"slots", 3}});
    Bad(c, "r2");
    const Told told(c, "pull", "HTTP_NOT_FOUND");
    EXPECT_GE(told.Change("path")->score, 0.5);
    EXPECT_LT(told.Change("narrow")->score, 0.5);
}

TEST(ChangesTest, ANewVersionIsClaimedIfItChangedTheFailingTask) {
    const std::string before = "def pull():\n    return rows['kwh']\n\ndef book():\n    pass\n";
    const auto build = [&](const std::string& after) {
        auto c = Pull();
        c.Source(before).GoodRun("r1").NewVersion("2", 8, after);
        Bad(c, "r2");
        return c;
    };
    const Told own(build("def pull():\n    return rows['tariff_zone']\n\ndef book():\n    pass\n"), "pull",
                   "USER_CODE_PYTHON_KEY_ERROR", "'tariff_zone'");
    EXPECT_EQ(own.history.changes.front().kind, "dag_version");
    EXPECT_EQ(own.history.changes.front().resource, "rates");
    EXPECT_GE(own.history.changes.front().score, 0.9);
    const Told other(build("def pull():\n    return rows['kwh']\n\ndef book():\n    print(1)\n"), "pull",
                     "USER_CODE_PYTHON_KEY_ERROR", "'kwh'");
    EXPECT_LT(other.history.changes.front().score, 0.5);
}

TEST(ChangesTest, AVariableDoesNotExplainATextThatItDoesNotHold) {
    const auto score = [](const std::string& value) {
        auto c = Pull();
        c.Source(kSource).Fact("variable", "path", {{"key", "path"}, {"value", value}});
        c.GoodRun("r1").Event(8, "patch_variable", {{"key", "path"}, {"value", "***"}});
        Bad(c, "r2");
        return Told(c, "pull", "USER_CODE_PYTHON_VALUE_ERROR", "invalid literal for int() with base 10: '5 8'")
            .Change("path")
            ->score;
    };
    EXPECT_LT(score("10"), 0.5);
    EXPECT_GE(score("5 8"), 0.5);
}

TEST(ChangesTest, AFailingTaskThatCameWithTheNewVersionIsExplainedByIt) {
    CaseBuilder c("rates");
    c.Task("pull", {"book"}).Task("book").Task("push");
    c.Source("def pull():\n    return 1\n")
        .GoodRun("r1")
        .NewVersion("2", 8, "def pull():\n    return 1\n\ndef push():\n    return lamps[0]\n");
    c.Run("r2", "failed").Good("pull").Good("book").Failed("push");
    const Told told(c, "push", "USER_CODE_PYTHON_NAME_ERROR", "name 'lamps' is not defined");
    ASSERT_FALSE(told.history.changes.empty());
    EXPECT_EQ(told.history.changes.front().kind, "dag_version");
    EXPECT_GE(told.history.changes.front().score, 0.5);
}

TEST(ChangesTest, ATableThatAnotherDagRenamedAColumnOfIsClaimed) {
    auto c = Pull();
    c.Source("def pull():\n    run('select net_amount from invoices')\n").GoodRun("r1");
    c.Fleet("migrations", "m1", "success", 8)
        .Fact("dag_source", "migrations|1",
              {{"dag_id", "migrations"},
               {"source", "sql=\"alter table invoices rename column net_amount to net_cents\""}});
    Bad(c, "r2");
    const Told told(c, "pull", "SQL_OBJECT_NOT_FOUND", "column \"net_amount\" does not exist");
    ASSERT_TRUE(told.Change("invoices"));
    EXPECT_EQ(told.Change("invoices")->kind, "schema");
    EXPECT_GE(told.Change("invoices")->score, 0.9);
}

TEST(HistoryTest, FindsTheChangePointAndTheSeasonOfALongHistory) {
    CaseBuilder c = Pull();
    for (int day = 1; day <= 28; ++day) {
        const std::string date = fmt::format("2026-02-{:02}T02:00:00Z", day);
        if (day % 7 == 2)
            c.Run("r" + date, "failed", date).Failed("pull").UpstreamFailed("book");  // Mondays
        else
            c.GoodRun("r" + date, date);
    }
    Bad(c, "last");
    c.LastRun().logical_date = ParseTime("2026-03-02T02:00:00Z");
    const Told told(c, "pull", "HTTP_SERVER_ERROR");
    EXPECT_THAT(told.history.seasonality, ::testing::HasSubstr("Mondays"));
    EXPECT_EQ(told.history.transience, "INTERMITTENT");
    EXPECT_EQ(told.history.match_count, 5);
    EXPECT_EQ(told.history.duration_percentiles.at("p50").as_double(), 60);
}

TEST(HistoryTest, TenThousandRunsAreQuick) {
    CaseBuilder c = Pull();
    for (int at = 0; at < 10000; ++at) {
        if (at % 3 == 0)
            Bad(c, "b" + std::to_string(at));
        else
            c.GoodRun("g" + std::to_string(at));
    }
    Bad(c, "last");
    const Told told(c, "pull", "HTTP_SERVER_ERROR");
    EXPECT_EQ(told.history.transience, "INTERMITTENT");
    EXPECT_THAT(told.Gap("match_count"), ::testing::HasSubstr("not read"));
}

TEST(ChecksTest, AlwaysAnswersAllOfThem) {
    auto c = Pull();
    c.Dag("paused", true).GoodRun("r1");
    Bad(c, "r2");
    const Told told(c, "pull", "HTTP_SERVER_ERROR");
    const auto checks = CheckDag(told.file, told.findings);
    ASSERT_EQ(checks.size(), 12u);
    for (const auto& check : checks) EXPECT_FALSE(check.detail.empty()) << check.check;
    EXPECT_EQ(checks[2].check, "paused");
    EXPECT_EQ(checks[2].status, "warn");
    EXPECT_EQ(checks[6].status, "skipped");
}

}  // namespace
}  // namespace dagy::diagnose
