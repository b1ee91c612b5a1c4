#include "diagnose/localise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/case_builder.h"

namespace dagy::diagnose {
namespace {

using dagy::testing::At;
using dagy::testing::CaseBuilder;
using dagy::testing::Found;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> WithRole(const std::vector<TaskFinding>& tasks, Role role) {
    std::vector<std::string> names;
    for (const auto& task : tasks)
        if (task.role == role) names.push_back(task.task_id);
    return names;
}

std::vector<std::string> Chain(const Localisation& where) {
    std::vector<std::string> chain;
    for (const auto& hop : where.cascade)
        chain.push_back(hop.dag_id + "." + hop.task_id + (hop.via.empty() ? "" : "<" + hop.via));
    return chain;
}

// extract ─▶ clean ─▶ load
//               └──▶ audit ─▶ mail
TEST(LocaliseTest, TheFirstFailureIsTheRootAndWhatWaitsForItIsVictim) {
    const CaseFile file = CaseBuilder("sales")
                              .Task("extract", {"clean"})
                              .Task("clean", {"load", "audit"})
                              .Task("load")
                              .Task("audit", {"mail"})
                              .Task("mail")
                              .Run("r1", "failed")
                              .Good("extract")
                              .Failed("clean", 2)
                              .UpstreamFailed("load")
                              .UpstreamFailed("audit")
                              .UpstreamFailed("mail")
                              .Build();
    auto tasks = FindTasks(file);
    EXPECT_EQ(tasks.size(), 4u);
    Found(tasks, "clean", "DATA_PARSE_ERROR");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("clean"));
    EXPECT_THAT(where.victims, UnorderedElementsAre("load", "audit", "mail"));
    EXPECT_THAT(Chain(where), ElementsAre("sales.clean", "sales.audit<dependency", "sales.mail<dependency"));
    EXPECT_THAT(tasks.back().blamed_on, ElementsAre("clean"));
}

// parse ─▶ geocode ─┐
// events ───────────┴▶ publish
TEST(LocaliseTest, FailuresForDifferentReasonsAreToldApart) {
    const CaseFile file = CaseBuilder("portal")
                              .Task("parse", {"geocode"})
                              .Task("geocode", {"publish"})
                              .Task("events", {"publish"})
                              .Task("publish")
                              .Run("r1", "failed")
                              .Failed("parse")
                              .UpstreamFailed("geocode")
                              .Failed("events")
                              .UpstreamFailed("publish")
                              .Build();
    auto tasks = FindTasks(file);
    Found(tasks, "parse", "USER_CODE_PYTHON_INDEX_ERROR", "list index out of range");
    Found(tasks, "events", "HTTP_NOT_FOUND", "404");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("parse"));
    EXPECT_THAT(where.independent, ElementsAre("events"));
    EXPECT_THAT(Chain(where), ElementsAre("portal.parse", "portal.geocode<dependency", "portal.publish<dependency"));
}

TEST(LocaliseTest, FailuresForOneReasonAreAllRoots) {
    const CaseFile file = CaseBuilder("pair").Task("a").Task("b").Run("r1", "failed").Failed("a").Failed("b").Build();
    auto tasks = FindTasks(file);
    Found(tasks, "a", "NETWORK_CONNECTION_REFUSED");
    Found(tasks, "b", "NETWORK_CONNECTION_REFUSED");
    EXPECT_THAT(Localise(file, tasks).roots, UnorderedElementsAre("a", "b"));
}

TEST(LocaliseTest, AMappedTaskIsOneRootUnderItsBaseName) {
    const CaseFile file = CaseBuilder("sheets")
                              .Task("parse", {"sum"})
                              .Task("sum")
                              .Run("r1", "failed")
                              .Good("parse[0]")
                              .Failed("parse[1]")
                              .Failed("parse[2]")
                              .UpstreamFailed("sum")
                              .Build();
    auto tasks = FindTasks(file);
    Found(tasks, "parse[1]", "USER_CODE_PYTHON_VALUE_ERROR", "bad '1,5'");
    Found(tasks, "parse[2]", "USER_CODE_PYTHON_VALUE_ERROR", "bad '2,5'");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("parse"));
    EXPECT_THAT(WithRole(tasks, Role::kRootCause), ElementsAre("parse[1]", "parse[2]"));
    EXPECT_THAT(Chain(where), ElementsAre("sheets.parse", "sheets.sum<dependency"));
}

// make ─▶ simulate ─▶ plot ─▶ submit      remove is the teardown of make
//    └──────────────────┴───▶ remove
TEST(LocaliseTest, ATeardownThatFailsAfterTheWorkIsAVictim) {
    const CaseFile file = CaseBuilder("grid")
                              .Task("make", {"simulate", "remove"})
                              .Task("simulate", {"plot"})
                              .Task("plot", {"submit", "remove"})
                              .Task("submit")
                              .Task("remove", {}, "all_done_setup_success")
                              .Run("r1", "failed")
                              .Good("make")
                              .Failed("simulate")
                              .UpstreamFailed("plot")
                              .UpstreamFailed("submit")
                              .Failed("remove")
                              .Build();
    auto tasks = FindTasks(file);
    Found(tasks, "simulate", "USER_CODE_PYTHON_ASSERTION");
    Found(tasks, "remove", "STORAGE_ALREADY_EXISTS");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("simulate"));
    EXPECT_THAT(where.victims, UnorderedElementsAre("plot", "submit", "remove"));
    EXPECT_THAT(Chain(where), ElementsAre("grid.simulate", "grid.plot<dependency", "grid.submit<dependency"));
}

TEST(LocaliseTest, ATaskBehindAFailureThatFailsForItsOwnReasonIsIndependent) {
    const auto build = [] {
        return CaseBuilder("d")
            .Task("load", {"notify"})
            .Task("notify", {}, "all_done")
            .Run("r1", "failed")
            .Failed("load")
            .Failed("notify")
            .Build();
    };
    const CaseFile file = build();
    auto tasks = FindTasks(file);
    Found(tasks, "load", "DATA_PARSE_ERROR");
    Found(tasks, "notify", "NETWORK_CONNECTION_REFUSED");
    EXPECT_THAT(Localise(file, tasks).independent, ElementsAre("notify"));

    auto others = FindTasks(file);
    Found(others, "load", "DATA_PARSE_ERROR");
    Found(others, "notify", "DATA_MISSING_INPUT");
    EXPECT_THAT(Localise(file, others).victims, ElementsAre("notify"));
}

// read ─▶ route(branch) ─▶ automatic | manual ─▶ settle
TEST(LocaliseTest, WhatABranchSkipsIsNoVictim) {
    const CaseFile file = CaseBuilder("triage")
                              .Task("read", {"route"})
                              .Task("route", {"automatic", "manual"}, "all_success", "BranchPythonOperator")
                              .Task("automatic", {"settle"})
                              .Task("manual", {"settle"})
                              .Task("settle", {}, "none_failed_min_one_success")
                              .Run("r1", "failed")
                              .Good("read")
                              .Good("route")
                              .Attempt("automatic", 1, "skipped")
                              .Failed("manual")
                              .UpstreamFailed("settle")
                              .Build();
    auto tasks = FindTasks(file);
    Found(tasks, "manual", "USER_CODE_PYTHON_UNCLASSIFIED");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("manual"));
    EXPECT_THAT(where.victims, ElementsAre("settle"));
}

TEST(LocaliseTest, ATaskThatARetryHealedIsRecovered) {
    const CaseFile file = CaseBuilder("d").Task("a").Task("b").Run("r1", "failed").Healed("a").Failed("b").Build();
    auto tasks = FindTasks(file);
    Found(tasks, "b", "DATA_PARSE_ERROR");
    Localise(file, tasks);
    EXPECT_THAT(WithRole(tasks, Role::kRecovered), ElementsAre("a"));
    EXPECT_THAT(WithRole(tasks, Role::kRootCause), ElementsAre("b"));
}

TEST(LocaliseTest, ASuccessfulRunCanHaveARoot) {
    const CaseFile file =
        CaseBuilder("d").Task("a", {"b"}).Task("b", {}, "all_done").Run("r1", "success").Failed("a").Good("b").Build();
    auto tasks = FindTasks(file);
    Found(tasks, "a", "DATA_PARSE_ERROR");
    EXPECT_THAT(Localise(file, tasks).roots, ElementsAre("a"));
}

TEST(LocaliseTest, ARunThatTimedOutHasNoRootTask) {
    CaseBuilder builder("orbit");
    builder.Task("load", {"propagate"}).Task("propagate", {"publish"}).Task("publish").Dag("dag_run_timeout", 240.0);
    builder.Run("r1", "failed").Good("load").Attempt("propagate", 1, "skipped");
    builder.LastAttempt().ended_at = std::nullopt;
    const CaseFile file = builder.NeverRan("publish").Build();
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, IsEmpty());
    EXPECT_THAT(where.victims, ElementsAre("propagate", "publish"));
    EXPECT_THAT(Chain(where), ElementsAre("orbit.propagate", "orbit.publish<dependency"));
    ASSERT_FALSE(where.run_level.empty());
    EXPECT_EQ(where.run_level.front().code, "PLATFORM_RUN_TIMEOUT");
}

TEST(LocaliseTest, ATaskThatNeverGotASlotStarvedInItsPool) {
    CaseBuilder builder("d");
    builder.Task("a", {"b"})
        .Task("b")
        .Dag("dag_run_timeout", 60.0)
        .Fact("pool", "narrow", {{"slots", 0}})
        .Run("r1", "failed")
        .NeverRan("a");
    builder.LastAttempt().scheduled_at = At(0);
    builder.LastAttempt().pool = "narrow";
    const CaseFile file = builder.NeverRan("b").Build();
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, IsEmpty());
    ASSERT_FALSE(where.run_level.empty());
    EXPECT_EQ(where.run_level.front().code, "RESOURCE_POOL_STARVATION");
    EXPECT_EQ(where.run_level.front().captures.at("pool"), "narrow");
}

TEST(LocaliseTest, AHungRunThatAPersonEndedStarvedAllTheSame) {
    CaseBuilder builder("d");
    builder.Task("a").Fact("pool", "narrow", {{"slots", 1}}).Run("r1", "failed").Attempt("a", 1, "skipped");
    model::TaskAttempt& starved = builder.LastAttempt();
    starved.pool = "narrow";
    starved.queued_at = std::nullopt;
    starved.started_at = starved.ended_at = At(5);
    auto tasks = FindTasks(builder.Event(5, "patch_dag_run", {{"state", "failed"}}, "r1").Build());
    const auto where = Localise(builder.Build(), tasks);
    EXPECT_EQ(where.run_level.front().code, "RESOURCE_POOL_STARVATION");
    EXPECT_THAT(where.roots, IsEmpty());
    EXPECT_THAT(where.victims, ElementsAre("a"));
}

TEST(LocaliseTest, APoolThatDoesNotExistIsAMissingTarget) {
    CaseBuilder builder("d");
    builder.Task("a")
        .Dag("dag_run_timeout", "PT1M")
        .Fact("pool", "default_pool", {{"slots", 128}})
        .Run("r1", "failed")
        .NeverRan("a");
    builder.LastAttempt().scheduled_at = At(0);
    builder.LastAttempt().pool = "gone";
    const CaseFile file = builder.Build();
    auto tasks = FindTasks(file);
    EXPECT_EQ(Localise(file, tasks).run_level.front().code, "CONFIG_TARGET_NOT_FOUND");
}

TEST(LocaliseTest, AFailFastDagTakesTheOthersDownWithTheFirst) {
    CaseBuilder builder("d");
    builder.Task("a")
        .Task("b")
        .Task("c")
        .Dag("fail_fast", true)
        .Run("r1", "failed")
        .Failed("a")
        .Failed("b")
        .Attempt("c", 1, "skipped");
    const CaseFile file = builder.Build();
    auto tasks = FindTasks(file);
    Found(tasks, "a", "DATA_PARSE_ERROR");
    for (auto& task : tasks)
        if (task.task_id == "b") {
            Reading reading;
            reading.attempt = 1;
            reading.has_log = true;
            reading.signals.push_back(
                {.name = "lifecycle",
                 .text = "Server indicated the task shouldn't be running anymore. Terminating process"});
            task.readings = {reading};
        }
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("a"));
    EXPECT_THAT(where.victims, UnorderedElementsAre("b", "c"));
}

TEST(LocaliseTest, APersonWhoMarksATaskFailedMakesItTheRoot) {
    const CaseFile file = CaseBuilder("survey")
                              .Task("import", {"weigh"})
                              .Task("weigh")
                              .Run("r1", "failed")
                              .Failed("import")
                              .UpstreamFailed("weigh")
                              .Event(0.9, "patch_task_instance", {{"new_state", "failed"}}, "r1", "import")
                              .Build();
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("import"));
    EXPECT_EQ(where.run_level.front().code, "PLATFORM_CANCELLED_BY_USER");
    EXPECT_EQ(where.run_level.front().proof.event_id, "airflow:1");
    EXPECT_EQ(tasks.front().candidates.front().code, "PLATFORM_CANCELLED_BY_USER");
}

TEST(LocaliseTest, APersonWhoEndsTheRunLeavesNoRoot) {
    const CaseFile file = CaseBuilder("d")
                              .Task("a", {"b"})
                              .Task("b")
                              .Run("r1", "failed")
                              .Failed("a")
                              .NeverRan("b")
                              .Event(0.1, "running", {{"host_name", "vm"}}, "r1", "a")
                              .Event(4.9, "patch_dag_run", {{"state", "failed"}}, "r1")
                              .Build();
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, IsEmpty());
    EXPECT_THAT(where.victims, ElementsAre("a", "b"));
    EXPECT_THAT(Chain(where), ElementsAre("d.a", "d.b<dependency"));
}

TEST(LocaliseTest, AFailureBeforeThePersonsEndStaysTheRoot) {
    const CaseFile file = CaseBuilder("d")
                              .Task("a", {"b"})
                              .Task("b")
                              .Run("r1", "failed")
                              .Failed("a")
                              .NeverRan("b")
                              .Event(0.1, "running", {{"host_name", "vm"}}, "r1", "a")
                              .Event(1, "failed", {{"host_name", "vm"}}, "r1", "a")
                              .Event(4.9, "patch_dag_run", {{"state", "failed"}}, "r1")
                              .Build();
    auto tasks = FindTasks(file);
    Found(tasks, "a", "DATA_PARSE_ERROR");
    EXPECT_THAT(Localise(file, tasks).roots, ElementsAre("a"));
}

TEST(LocaliseTest, ALostHeartbeatIsReadFromTheAuditLog) {
    const CaseFile file =
        CaseBuilder("d").Task("a").Run("r1", "failed").Failed("a").Event(3, "heartbeat timeout", {}, "r1", "a").Build();
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("a"));
    EXPECT_EQ(tasks.front().candidates.front().code, "PLATFORM_HEARTBEAT_LOST");
}

TEST(LocaliseTest, ADagFileThatNoLongerImportsIsTheCauseOfARunThatHung) {
    CaseBuilder builder("tide");
    builder.Task("read", {"smooth"}).Task("smooth", {"publish"}).Task("publish");
    builder.Fact("import_error", "tide.py",
                 {{"filename", "tide.py"},
                  {"timestamp", "2026-01-01T00:01:00Z"},
                  {"stack_trace", "Traceback …\nImportError: cannot import name 'rolling_mean'\n"}});
    builder.Run("r1", "failed")
        .Good("read")
        .Failed("smooth")
        .NeverRan("publish")
        .Event(0.2, "running", {}, "r1", "smooth")
        .Event(4, "patch_dag_run", {{"state", "failed"}}, "r1");
    CaseFile file = builder.Build();
    file.dag.version.source_file = "/opt/dags/tide.py";
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, IsEmpty());
    EXPECT_THAT(where.victims, ElementsAre("smooth", "publish"));
    ASSERT_EQ(where.run_level.size(), 2u);
    EXPECT_EQ(where.run_level[0].code, "DAG_IMPORT_ERROR");
    EXPECT_EQ(where.run_level[0].exception_class, "ImportError");
}

// intake: read ─▶ weigh          plan: wait_for_intake ─▶ assign
TEST(LocaliseTest, ASensorThatSawTheOtherDagFailPointsToTheTaskOverThere) {
    CaseBuilder intake("intake");
    intake.Task("read", {"weigh"}).Task("weigh").Run("i1", "failed").Failed("read").UpstreamFailed("weigh");
    CaseBuilder plan("plan");
    plan.Task("wait_for_intake", {"assign"}, "all_success", "ExternalTaskSensor")
        .Task("assign")
        .Run("p1", "failed")
        .Failed("wait_for_intake")
        .UpstreamFailed("assign")
        .Related(intake,
                 {.from_dag = "intake",
                  .from_run = "i1",
                  .to_dag = "plan",
                  .to_run = "p1",
                  .to_task = "wait_for_intake",
                  .via = "sensor"},
                 true);
    CaseFile file = plan.Build();
    file.related[0].file.run.ended_at = At(0.5);
    auto tasks = FindTasks(file);
    EXPECT_EQ(tasks.size(), 3u);
    Found(tasks, "wait_for_intake", "DEPENDENCY_UPSTREAM_DAG_FAILED");
    Found(tasks, "read", "DATA_PARSE_ERROR");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, IsEmpty());
    EXPECT_EQ(where.upstream_dag, "intake");
    EXPECT_THAT(where.upstream_roots, ElementsAre("read"));
    EXPECT_THAT(where.victims, ElementsAre("wait_for_intake", "assign"));
    EXPECT_THAT(Chain(where), ElementsAre("intake.read", "plan.wait_for_intake<sensor", "plan.assign<dependency"));
}

// close: freeze ─▶ run_child ─▶ sign          child: share ─▶ book
TEST(LocaliseTest, ATriggerThatWaitedForItsChildPointsIntoTheChild) {
    CaseBuilder child("child");
    child.Task("share", {"book"}).Task("book").Run("c1", "failed").Failed("share").UpstreamFailed("book");
    CaseBuilder close("close");
    close.Task("freeze", {"run_child"})
        .Task("run_child", {"sign"}, "all_success", "TriggerDagRunOperator")
        .Task("sign")
        .Run("m1", "failed")
        .Good("freeze")
        .Failed("run_child")
        .UpstreamFailed("sign")
        .Related(child,
                 {.from_dag = "close",
                  .from_run = "m1",
                  .from_task = "run_child",
                  .to_dag = "child",
                  .to_run = "c1",
                  .via = "trigger"},
                 false);
    CaseFile file = close.Build();
    file.related[0].file.run.ended_at = At(0.5);
    auto tasks = FindTasks(file);
    Found(tasks, "share", "USER_CODE_PYTHON_ZERO_DIVISION");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(Chain(where), ElementsAre("child.share", "close.run_child<trigger", "close.sign<dependency"));
    EXPECT_THAT(WithRole(tasks, Role::kRootCause), ElementsAre("share"));
}

// producer: fetch(fails) ─▶ publish(all_done, writes the asset)          consumer: mix ─▶ letter
TEST(LocaliseTest, AProducerThatFailedBeforeItWroteItsAssetIsTheRootOfMissingInput) {
    CaseBuilder producer("prices");
    producer.Task("fetch", {"publish"})
        .Task("publish", {}, "all_done")
        .Run("a1", "success")
        .Failed("fetch")
        .Good("publish");
    CaseBuilder consumer("costs");
    consumer.Task("mix", {"letter"})
        .Task("letter")
        .Run("c1", "failed")
        .Failed("mix")
        .UpstreamFailed("letter")
        .Related(producer,
                 {.from_dag = "prices",
                  .from_run = "a1",
                  .from_task = "publish",
                  .to_dag = "costs",
                  .to_run = "c1",
                  .via = "asset"},
                 true);
    const CaseFile file = consumer.Build();
    auto tasks = FindTasks(file);
    Found(tasks, "fetch", "HTTP_SERVER_ERROR");
    Found(tasks, "mix", "DATA_MISSING_INPUT");
    auto where = Localise(file, tasks);
    EXPECT_THAT(Chain(where),
                ElementsAre("prices.fetch", "prices.publish<dependency", "costs.mix<asset", "costs.letter<dependency"));

    auto own = FindTasks(file);
    Found(own, "mix", "USER_CODE_PYTHON_NAME_ERROR");
    where = Localise(file, own);
    EXPECT_THAT(where.roots, ElementsAre("mix"));
    EXPECT_THAT(WithRole(own, Role::kRootCause), ElementsAre("mix"));
}

TEST(LocaliseTest, AnUpstreamDagThatWasNeverRecordedIsNamed) {
    CaseBuilder builder("brew");
    builder.Task("wait", {"blend"}, "all_success", "ExternalTaskSensor")
        .Task("blend")
        .Run("r1", "failed")
        .Failed("wait");
    builder.LastAttempt().extras["rendered_fields"] = json::object{{"external_dag_id", "cellar"}};
    const CaseFile file = builder.UpstreamFailed("blend").Build();
    auto tasks = FindTasks(file);
    Found(tasks, "wait", "DEPENDENCY_UPSTREAM_DAG_FAILED");
    const auto where = Localise(file, tasks);
    EXPECT_THAT(where.roots, ElementsAre("wait"));
    EXPECT_EQ(where.upstream_dag, "cellar");
    EXPECT_FALSE(where.upstream.has_value());
}

TEST(LocaliseTest, StaysQuickWithTenThousandTasks) {
    CaseBuilder builder("wide");
    std::vector<std::string> all;
    for (int i = 0; i < 10000; ++i) all.push_back("t" + std::to_string(i));
    builder.Task("root", all);
    for (const auto& name : all) builder.Task(name);
    CaseFile file = builder.Build();
    file.dag.version = file.dag.versions.back();
    file.run.run = {.dag_id = "wide", .run_id = "r", .state = model::RunState::kFailed};
    file.run.attempts.push_back({.task_id = "root", .state = model::AttemptState::kFailed});
    for (const auto& name : all)
        file.run.attempts.push_back({.task_id = name, .state = model::AttemptState::kUpstreamFailed});
    auto tasks = FindTasks(file);
    const auto where = Localise(file, tasks);
    EXPECT_EQ(where.victims.size(), 10000u);
    EXPECT_EQ(where.cascade.size(), 2u);
}

}  // namespace
}  // namespace dagy::diagnose
