/// What every RunStore does.
#pragma once

#include "contract/store_contract.h"

namespace dagy::store {

class RunStoreContract : public StoreContract {
  protected:
    std::vector<std::string> Ids(const RunQuery& query) {
        std::vector<std::string> ids;
        for (const model::Run& run : runs().Runs(query).runs) ids.push_back(run.run_id);
        return ids;
    }
    /// r1 … r6 on three days, r6 failed, r5 queued without a start.
    void ApplySix() {
        model::Batch batch = BatchOf();
        batch.runs = {RunOf("d", "r1", model::RunState::kSucceeded, "2026-05-11T01:00:00Z"),
                      RunOf("d", "r2", model::RunState::kSucceeded, "2026-05-12T01:00:00Z"),
                      RunOf("d", "r3", model::RunState::kFailed, "2026-05-12T02:00:00Z"),
                      RunOf("d", "r4", model::RunState::kSucceeded, "2026-05-13T01:00:00Z"),
                      RunOf("d", "r5", model::RunState::kQueued, "2026-05-13T02:00:00Z"),
                      RunOf("d", "r6", model::RunState::kFailed, "2026-05-13T03:00:00Z")};
        batch.runs[4].queued_at = std::exchange(batch.runs[4].started_at, std::nullopt);
        ingest().Apply(batch);
    }
};

TEST_P(RunStoreContract, ARunComesBackAsItWentIn) {
    model::Run run = RunOf("d", "scheduled__2026-05-13T00:00:00+00:00", model::RunState::kFailed);
    run.dag_version = "3";
    run.original_state = "failed";
    run.run_type = "scheduled";
    run.logical_date = At("2026-05-12T00:00:00Z");
    run.queued_at = At("2026-05-13T00:00:01Z");
    run.observed_at = At("2026-05-13T09:00:00Z");
    run.parameters = {{"a", {1, 2}}};
    run.triggered_by = model::TriggeredBy{"up", "u1", "fire", "trigger"};
    run.extras = {{"note", "é"}};
    ApplyRun(run);
    const auto back = runs().FindRun(kScope.org, kScope.deployment, run.dag_id, run.run_id);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->scope, kScope);
    EXPECT_EQ(back->dag_version, "3");
    EXPECT_EQ(back->original_state, "failed");
    EXPECT_EQ(back->run_type, "scheduled");
    EXPECT_EQ(back->logical_date, run.logical_date);
    EXPECT_EQ(back->queued_at, run.queued_at);
    EXPECT_EQ(back->started_at, run.started_at);
    EXPECT_EQ(back->ended_at, run.ended_at);
    EXPECT_EQ(back->observed_at, run.observed_at);
    EXPECT_EQ(back->parameters, run.parameters);
    ASSERT_TRUE(back->triggered_by);
    EXPECT_EQ(back->triggered_by->task_id, "fire");
    EXPECT_EQ(back->extras, run.extras);
    EXPECT_EQ(back->PartitionDate(), "2026-05-12");
}

TEST_P(RunStoreContract, AnAttemptComesBackAsItWentIn) {
    model::TaskAttempt a;
    a.task_id = "load[4]";
    a.mapped_of = "load";
    a.map_index = 4;
    a.attempt = 2;
    a.state = model::AttemptState::kTimedOut;
    a.original_state = "failed";
    a.scheduled_at = a.queued_at = a.started_at = a.ended_at = a.observed_at = At("2026-05-13T00:00:01Z");
    a.max_attempts = 3;
    a.exit_code = 137;
    a.signal = 9;
    a.reason = "oom";
    a.operator_name = "PythonOperator";
    a.host = "h";
    a.pool = "p";
    a.queue = "q";
    a.phase = "load";
    a.extras = {{"pid", 12}};
    model::Batch batch = BatchOf();
    batch.attempts = {{{"d", "r"}, a}};
    ingest().Apply(batch);
    const auto all = runs().Attempts(KeyOf("d", "r"));
    ASSERT_EQ(all.size(), 1u);
    const auto& b = all[0];
    EXPECT_EQ(
        std::tie(b.task_id, b.mapped_of, b.map_index, b.attempt, b.state, b.original_state, b.ended_at, b.max_attempts,
                 b.exit_code, b.signal, b.reason, b.operator_name, b.host, b.pool, b.queue, b.phase, b.extras),
        std::tie(a.task_id, a.mapped_of, a.map_index, a.attempt, a.state, a.original_state, a.ended_at, a.max_attempts,
                 a.exit_code, a.signal, a.reason, a.operator_name, a.host, a.pool, a.queue, a.phase, a.extras));
    const auto of_runs = runs().AttemptsOfRuns({KeyOf("d", "r"), 999'999});
    ASSERT_EQ(of_runs.size(), 1u);
    EXPECT_TRUE(of_runs[0].extras.empty());
}

TEST_P(RunStoreContract, ADagVersionComesBackAsItWentIn) {
    model::Task task{.task_id = "a",
                     .downstream = {"b", "c"},
                     .operator_name = "@task",
                     .phase = "extract",
                     .trigger_rule = "all_done",
                     .max_attempts = 4,
                     .is_mapped = true,
                     .timeout_seconds = 1.5,
                     .pool = "p",
                     .queue = "q",
                     .is_setup = true,
                     .is_teardown = true,
                     .extras = {{"retry_delay", 300}}};
    model::Batch batch = BatchOf();
    batch.dags = {{.dag_id = "d",
                   .version = "2",
                   .created_at = At("2026-05-02T00:00:00Z"),
                   .schedule = "0 4 * * *",
                   .source = "code",
                   .source_file = "d.py",
                   .tasks = {task, {.task_id = "b"}},
                   .extras = {{"tags", {"x"}}}},
                  {.dag_id = "d", .version = "10", .created_at = At("2026-05-10T00:00:00Z")},
                  {.dag_id = "d", .version = "1"}};
    ingest().Apply(batch);
    EXPECT_EQ(runs().Dag(kScope, "d")->version, "10") << "the newest by creation";
    const auto dag = runs().Dag(kScope, "d", "2");
    ASSERT_TRUE(dag);
    EXPECT_EQ(dag->schedule, "0 4 * * *");
    EXPECT_EQ(dag->source, "code");
    EXPECT_EQ(dag->source_file, "d.py");
    EXPECT_EQ(dag->extras, batch.dags[0].extras);
    ASSERT_EQ(dag->tasks.size(), 2u);
    const auto& t = dag->tasks[0];
    EXPECT_EQ(std::tie(t.task_id, t.downstream, t.operator_name, t.phase, t.trigger_rule, t.max_attempts, t.is_mapped,
                       t.timeout_seconds, t.pool, t.queue, t.is_setup, t.is_teardown, t.extras),
              std::tie(task.task_id, task.downstream, task.operator_name, task.phase, task.trigger_rule,
                       task.max_attempts, task.is_mapped, task.timeout_seconds, task.pool, task.queue, task.is_setup,
                       task.is_teardown, task.extras));
    EXPECT_EQ(runs().DagVersions(kScope, "d").size(), 3u);
    EXPECT_FALSE(runs().Dag(kScope, "d", "99"));
    EXPECT_FALSE(runs().Dag(kScope, "none"));
    EXPECT_FALSE(runs().Dag(kOtherOrg, "d"));
}

TEST_P(RunStoreContract, ListsAreNewestFirstAndFiltered) {
    ApplySix();
    using ::testing::ElementsAre;
    EXPECT_THAT(Ids({.org = "org_a"}), ElementsAre("r6", "r5", "r4", "r3", "r2", "r1"));
    EXPECT_THAT(Ids({.org = "org_a", .dag_id = "d", .date_from = "2026-05-12", .date_to = "2026-05-12"}),
                ElementsAre("r3", "r2"));
    EXPECT_THAT(Ids({.org = "org_a", .states = {model::RunState::kFailed}}), ElementsAre("r6", "r3"));
    EXPECT_THAT(Ids({.org = "org_a", .dag_id = "d", .states = {model::RunState::kFailed, model::RunState::kQueued}}),
                ElementsAre("r6", "r5", "r3"));
    EXPECT_THAT(Ids({.org = "org_a", .dag_id = "d", .run_ids = {"r2", "r4", "none"}}), ElementsAre("r4", "r2"));
    EXPECT_THAT(Ids({.org = "org_a", .deployment = "dep_z"}), ElementsAre());
    EXPECT_THAT(Ids({.org = "org_b"}), ElementsAre());
    EXPECT_EQ(runs().Runs({.org = "org_a", .limit = 2}).total, 6);
    EXPECT_EQ(runs().Runs({.org = "org_a", .dag_id = "d", .states = {model::RunState::kFailed}, .limit = 1}).total, 2);
    EXPECT_EQ(runs().Runs({.org = "org_a", .dag_id = "d", .date_from = "2026-05-13", .limit = 1}).total, 3);
    EXPECT_EQ(runs().Runs({.org = "org_a", .run_ids = {"r1", "r9"}}).total, 1);
}

TEST_P(RunStoreContract, PagesByKeysetAndByOffsetAgree) {
    ApplySix();
    std::vector<std::string> by_keyset, by_offset;
    RunQuery query{.org = "org_a", .dag_id = "d", .limit = 2};
    for (;;) {
        const RunPage page = runs().Runs(query);
        EXPECT_EQ(page.total, 6);
        if (page.runs.empty()) break;
        for (const auto& run : page.runs) by_keyset.push_back(run.run_id);
        query.after_run_key = page.runs.back().key;
    }
    for (size_t offset = 0; offset < 8; offset += 2)
        for (const auto& id : Ids({.org = "org_a", .dag_id = "d", .offset = offset, .limit = 2}))
            by_offset.push_back(id);
    EXPECT_EQ(by_keyset.size(), 6u);
    EXPECT_EQ(by_keyset, by_offset);
    EXPECT_TRUE(runs().Runs({.org = "org_b", .after_run_key = KeyOf("d", "r6")}).runs.empty());
}

TEST_P(RunStoreContract, CountsFollowTheStates) {
    ApplySix();
    auto dag = runs().Dags("org_a", {}, 0, 10).at(0);
    EXPECT_EQ(dag.runs, 6);
    EXPECT_EQ(dag.failed_runs, 2);
    EXPECT_EQ(dag.last_run->run_id, "r6");
    EXPECT_EQ(dag.last_success_at, At("2026-05-13T01:01:00Z"));
    model::Run cleared = RunOf("d", "r6", model::RunState::kRunning, "2026-05-13T03:00:00Z");
    cleared.observed_at = At("2026-05-14T00:00:00Z");
    ApplyRun(cleared);
    ApplyRun(RunOf("d", "r5", model::RunState::kSucceeded, "2026-05-13T02:00:00Z"));
    dag = runs().Dags("org_a", "dep_a", 0, 10).at(0);
    EXPECT_EQ(dag.runs, 6);
    EXPECT_EQ(dag.failed_runs, 1);
    EXPECT_EQ(dag.last_success_at, At("2026-05-13T02:01:00Z"));
    EXPECT_EQ(runs().Runs({.org = "org_a", .states = {model::RunState::kRunning}}).total, 1);
    model::Run failed_after_all = RunOf("d", "r5", model::RunState::kFailed, "2026-05-13T02:00:00Z");
    failed_after_all.observed_at = At("2026-05-14T00:00:00Z");
    ApplyRun(failed_after_all);
    EXPECT_EQ(runs().Dags("org_a", {}, 0, 10).at(0).last_success_at, At("2026-05-13T01:01:00Z"))
        << "the success was taken back";
}

TEST_P(RunStoreContract, DagsAreListedByNameInPages) {
    for (const char* dag : {"c", "a", "b"}) ApplyRun(RunOf(dag, "r"));
    ApplyRun(RunOf("z", "r"), kOtherOrg);
    EXPECT_EQ(runs().CountDags("org_a", {}), 3);
    const auto page = runs().Dags("org_a", {}, 1, 5);
    ASSERT_EQ(page.size(), 2u);
    EXPECT_EQ(page[0].dag_id, "b");
    EXPECT_EQ(page[1].dag_id, "c");
    EXPECT_EQ(runs().CountDags("org_a", "dep_z"), 0);
    const auto rest = runs().Dags("org_a", {}, 0, 5, DagPlace{.dag_id = "a", .deployment = "dep_a"});
    ASSERT_EQ(rest.size(), 2u);
    EXPECT_EQ(rest[0].dag_id, "b") << "what comes after a place";
    EXPECT_TRUE(runs().Dags("org_a", {}, 0, 5, DagPlace{.dag_id = "c", .deployment = "dep_a"}).empty());
}

TEST_P(RunStoreContract, SamplesAreOfOneDagAndItsDays) {
    ApplySix();
    ApplyRun(RunOf("other", "r1", model::RunState::kSucceeded, "2026-05-12T01:00:00Z"));
    const auto samples = runs().RunSamples(kScope, "d", "2026-05-12", "2026-05-13");
    std::vector<std::string> ids;
    for (const RunSample& run : samples) ids.push_back(run.run_id);
    EXPECT_THAT(ids, ::testing::ElementsAre("r2", "r3", "r4", "r5", "r6")) << "oldest first, both days";
    EXPECT_EQ(samples[0].date, "2026-05-12");
    EXPECT_EQ(samples[1].state, model::RunState::kFailed);
    EXPECT_EQ(samples[0].started_at, At("2026-05-12T01:00:00Z"));
    EXPECT_TRUE(runs().RunSamples(kOtherOrg, "d", "2026-05-12", "2026-05-13").empty());

    model::Batch batch = BatchOf();
    const auto attempt = [&](const char* run, const char* task, const char* mapped_of, int number) {
        batch.attempts.push_back({{"d", run},
                                  {.task_id = task,
                                   .mapped_of = mapped_of,
                                   .attempt = number,
                                   .state = model::AttemptState::kFailed,
                                   .started_at = At("2026-05-12T02:00:00Z")}});
    };
    attempt("r3", "load[2]", "load", 1);
    attempt("r3", "load[2]", "load", 2);
    attempt("r1", "load", "", 1);
    ingest().Apply(batch);
    std::vector<std::string> seen;
    runs().AttemptSamples(kScope, "d", "2026-05-12", "2026-05-12", [&](const AttemptSample& sample) {
        seen.push_back(sample.task_id + "#" + std::to_string(sample.attempt));
        EXPECT_EQ(sample.state, model::AttemptState::kFailed);
        EXPECT_EQ(sample.started_at, At("2026-05-12T02:00:00Z"));
        EXPECT_FALSE(sample.ended_at);
    });
    EXPECT_THAT(seen, ::testing::UnorderedElementsAre("load#1", "load#2")) << "without the map index, of those days";
}

TEST_P(RunStoreContract, WhatOfARunIsParquetIsListed) {
    ApplyRun(RunOf("d", "r"));
    model::Batch batch = BatchOf();
    NewChunk chunk{.run = {"d", "r"},
                   .phase = "load",
                   .attempt = 2,
                   .kind = model::RecordKind::kLog,
                   .object_key = "k/logs_000.parquet",
                   .rows = 10,
                   .bytes = 99,
                   .sha256 = "aa"};
    ingest().Apply(batch, {chunk});
    chunk.object_key = "k/logs_001.parquet";
    chunk.first_row = 10;
    ingest().Apply(batch, {chunk});
    const auto objects = runs().Objects(KeyOf("d", "r"));
    ASSERT_EQ(objects.size(), 2u);
    EXPECT_EQ(objects[1].key, "k/logs_001.parquet") << "by rows";
    EXPECT_EQ(objects[1].first_row, 10);
    EXPECT_EQ(objects[0].ref, (model::PhaseRef{KeyOf("d", "r"), "load", 2}));
    EXPECT_EQ(objects[0].rows, 10);
    EXPECT_EQ(objects[0].bytes, 99);
    EXPECT_TRUE(runs().Objects(999'999).empty());
}

TEST_P(RunStoreContract, AnotherOrganizationsThingsAreNotThere) {
    ApplyRun(RunOf("d", "r"));
    EXPECT_FALSE(runs().FindRun("org_b", {}, "d", "r"));
    EXPECT_FALSE(runs().FindRun("org_b", "dep_a", "d", "r"));
    EXPECT_TRUE(runs().History(kOtherOrg, "d", At("2027-01-01T00:00:00Z"), 10).empty());
    EXPECT_TRUE(runs().SimilarRuns("org_b", "d", "r").empty());
    EXPECT_TRUE(runs().SimilarDags("org_b", "d").empty());
}

TEST_P(RunStoreContract, WithoutADeploymentTheDefaultOneIsMeant) {
    store().identity().AddOrganization({"org_a", "A", "dep_default"},
                                       {.id = "dep_default", .org = "org_a", .name = "default"}, {.org = "org_a"});
    ApplyRun(RunOf("d", "r"), {"org_a", "dep_1"});
    EXPECT_EQ(runs().FindRun("org_a", {}, "d", "r")->scope.deployment, "dep_1") << "the only one";
    ApplyRun(RunOf("d", "r"), {"org_a", "dep_default"});
    ApplyRun(RunOf("d", "r"), {"org_a", "dep_2"});
    EXPECT_EQ(runs().FindRun("org_a", {}, "d", "r")->scope.deployment, "dep_default");
    EXPECT_EQ(runs().FindRun("org_a", "dep_2", "d", "r")->scope.deployment, "dep_2");
    EXPECT_EQ(runs().Runs({.org = "org_a", .dag_id = "d"}).total, 3);
}

TEST_P(RunStoreContract, HistoryLooksBackAndLaterLooksOn) {
    ApplySix();
    std::vector<std::string> before, after;
    for (const auto& run : runs().History(kScope, "d", At("2026-05-13T03:00:00Z"), 3)) before.push_back(run.run_id);
    for (const auto& run : runs().Later(kScope, "d", At("2026-05-12T02:00:00Z"), 3)) after.push_back(run.run_id);
    EXPECT_THAT(before, ::testing::ElementsAre("r5", "r4", "r3")) << "r5 counts by its queueing";
    EXPECT_THAT(after, ::testing::ElementsAre("r3", "r4", "r5"));
}

TEST_P(RunStoreContract, LinksAreFoundFromBothEnds) {
    model::Batch batch = BatchOf();
    batch.links = {
        {.from_dag = "up", .from_run = "u", .from_task = "fire", .to_dag = "down", .to_run = "d", .via = "trigger"},
        {.from_dag = "x", .from_run = "y", .to_dag = "down", .to_run = "d", .via = "asset", .resource = "s3://b"}};
    ingest().Apply(batch);
    EXPECT_EQ(runs().Links(kScope, "up", "u"), std::vector{batch.links[0]});
    EXPECT_EQ(runs().Links(kScope, "down", "d").size(), 2u);
    EXPECT_TRUE(runs().Links(kOtherOrg, "down", "d").empty());
}

TEST_P(RunStoreContract, SourceEventsAreThoseOfTheDagAndOfNone) {
    model::Batch batch = BatchOf();
    const auto event = [](const char* id, const char* ts, const char* dag) {
        return model::SourceEvent{.event_id = id,
                                  .ts = At(ts),
                                  .event = "e",
                                  .dag_id = dag,
                                  .map_index = 3,
                                  .attempt = 2,
                                  .actor = "me",
                                  .extra = {{"k", 1}}};
    };
    batch.source_events = {event("3", "2026-05-13T03:00:00Z", "d"), event("1", "2026-05-13T01:00:00Z", ""),
                           event("2", "2026-05-13T02:00:00Z", "x"), event("4", "2026-05-14T00:00:00Z", "d")};
    ingest().Apply(batch);
    std::vector<std::string> ids;
    const auto of_dag = runs().SourceEvents(kScope, "d", At("2026-05-13T00:00:00Z"), At("2026-05-13T23:00:00Z"), 10);
    for (const auto& e : of_dag) ids.push_back(e.event_id);
    EXPECT_THAT(ids, ::testing::ElementsAre("1", "3"));
    EXPECT_EQ(of_dag[0].extra, batch.source_events[0].extra);
    EXPECT_EQ(of_dag[0].map_index, 3);
    EXPECT_EQ(of_dag[0].actor, "me");
    EXPECT_EQ(runs().SourceEvents(kScope, {}, At("2026-05-13T00:00:00Z"), At("2026-05-14T00:00:00Z"), 3).size(), 3u);
}

TEST_P(RunStoreContract, APhaseThatSaysNothingHasItsAttemptsStatus) {
    model::Batch batch = BatchOf();
    const auto attempt = [](const char* task, model::AttemptState state, const char* phase) {
        model::TaskAttempt a;
        a.task_id = task;
        a.state = state;
        a.phase = phase;
        return model::AttemptOfRun{{"d", "r"}, a};
    };
    batch.attempts = {attempt("a", model::AttemptState::kSucceeded, "load"),
                      attempt("b", model::AttemptState::kFailed, "load"),
                      attempt("c", model::AttemptState::kRunning, ""), attempt("e", model::AttemptState::kQueued, "")};
    batch.records = {LogsOf("d", "r", "c", 2)};
    ingest().Apply(batch);
    const auto phases = runs().Phases(KeyOf("d", "r"));
    ASSERT_EQ(phases.size(), 3u);
    EXPECT_EQ(phases[0].ref.phase + phases[0].status, "crunning");
    EXPECT_EQ(phases[0].log_count, 2);
    EXPECT_EQ(phases[1].ref.phase + phases[1].status, "emissing");
    EXPECT_EQ(phases[2].ref.phase + phases[2].status, "loaderror");
}

TEST_P(RunStoreContract, RunsAreFilteredByTheStatusOfTheirPhases) {
    using enum model::PhaseStatus;
    model::Batch batch = BatchOf();
    const auto say = [&](const char* run, const char* phase, int attempt, const char* status) {
        batch.phases.push_back({{"d", run}, {.ref = {.phase = phase, .attempt = attempt}, .status = status}});
    };
    const auto do_task = [&](const char* run, const char* task, const char* phase, int attempt,
                             model::AttemptState state) {
        model::TaskAttempt a;
        a.task_id = task;
        a.phase = phase;
        a.attempt = attempt;
        a.state = state;
        batch.attempts.push_back({{"d", run}, a});
    };
    batch.runs = {RunOf("d", "r1"), RunOf("d", "r2"), RunOf("d", "r3"), RunOf("d", "r4")};
    say("r1", "extract", 1, "error");
    say("r1", "extract", 2, "success");
    say("r1", "load", 1, "running");
    do_task("r2", "extract", "", 1, model::AttemptState::kSucceeded);
    do_task("r2", "a", "load", 1, model::AttemptState::kSucceeded);
    do_task("r2", "b", "load", 1, model::AttemptState::kFailed);
    say("r3", "extract", 1, "success");
    do_task("r3", "a", "extract", 2, model::AttemptState::kRunning);
    ingest().Apply(batch);
    const auto found = [&](std::vector<PhaseCondition> phases) {
        const RunPage page = runs().Runs({.org = "org_a", .dag_id = "d", .phases = std::move(phases)});
        std::string ids;
        for (const model::Run& run : page.runs) ids += run.run_id + " ";
        EXPECT_EQ(page.total, static_cast<int64_t>(page.runs.size()));
        return ids;
    };
    using enum model::EtlPhase;
    EXPECT_EQ(found({{kExtract, kSuccess}}), "r2 r1 ");
    EXPECT_EQ(found({{kExtract, kRunning}}), "r3 ") << "the newest attempt counts";
    EXPECT_EQ(found({{kExtract, kMissing}}), "r4 ");
    EXPECT_EQ(found({{kLoad, kError}}), "r2 ") << "of several tasks the worst counts";
    EXPECT_EQ(found({{kExtract, kSuccess}, {kLoad, kRunning}}), "r1 ");
    EXPECT_EQ(found({{kEvent, kMissing}}), "r4 r3 r2 r1 ");

    batch = BatchOf();
    say("r1", "load", 1, "success");
    batch.records = {LogsOf("d", "r4", "extract", 2)};
    ingest().Apply(batch);
    EXPECT_EQ(found({{kExtract, kSuccess}, {kLoad, kSuccess}}), "r1 ");
    EXPECT_EQ(found({{kExtract, kRunning}}), "r4 r3 ") << "records alone are still coming";
}

TEST_P(RunStoreContract, HeadsHoldTheFirstRowsOfAPhase) {
    const auto rows = [&](const char* phase, model::RecordKind kind, int from, int count) {
        model::RecordGroup group{.run = {"d", "r"}, .phase = phase, .kind = kind};
        for (int i = from; i < from + count; ++i)
            group.data.push_back({.columns = {{"n", i}, {"price", i + 0.5}, {"note", "é"}}});
        return group;
    };
    using model::RecordKind;
    model::Batch batch = BatchOf();
    batch.runs = {RunOf("d", "r"), RunOf("d", "bare"), RunOf("other", "r")};
    batch.phases = {{{"d", "r"}, {.ref = {.phase = "extract"}, .status = "success", .message = "m", .total = 7}}};
    batch.records = {rows("extract", RecordKind::kData, 0, 60), rows("event", RecordKind::kQueueData, 0, 1),
                     rows("event", RecordKind::kEvent, 5, 1), rows("load", RecordKind::kData, 0, 3)};
    ingest().Apply(batch);
    batch = BatchOf();
    batch.records = {rows("extract", RecordKind::kData, 60, 60)};
    ingest().Apply(batch);

    using enum model::EtlPhase;
    const RunQuery of_dag{.org = "org_a", .dag_id = "d"};
    const auto heads = runs().Heads(of_dag, {kExtract, kEvent});
    ASSERT_EQ(heads.size(), 2u);
    EXPECT_EQ(heads[0].run_id + heads[1].run_id, "barer");
    EXPECT_TRUE(heads[0].phases.empty());
    EXPECT_EQ(heads[1].date, "2026-05-13");
    EXPECT_EQ(heads[1].deployment, "dep_a");
    ASSERT_EQ(heads[1].phases.size(), 2u) << "the load phase was not asked for";
    const PhaseHead& event = heads[1].phases[0];
    EXPECT_EQ(event.phase, kEvent);
    EXPECT_TRUE(event.whole);
    EXPECT_EQ(event.text,
              "{\"n\":0,\"price\":0.5,\"note\":\"é\",\"_row\":0}\n"
              "{\"n\":5,\"price\":5.5,\"note\":\"é\",\"_row\":0}\n");
    const PhaseHead& extract = heads[1].phases[1];
    EXPECT_EQ(extract.summary.status + extract.summary.message, "successm");
    EXPECT_EQ(extract.summary.total, 7);
    EXPECT_EQ(extract.summary.data_count, 120);
    EXPECT_TRUE(extract.whole);
    EXPECT_THAT(extract.text, ::testing::HasSubstr("{\"n\":99,"));
    EXPECT_THAT(extract.text, ::testing::Not(::testing::HasSubstr("{\"n\":100,")));
}

TEST_P(RunStoreContract, AHeadThatIsTooLongSaysSo) {
    model::Batch batch = BatchOf();
    batch.runs = {RunOf("d", "r")};
    batch.records = {{.run = {"d", "r"}, .phase = "load", .kind = model::RecordKind::kData}};
    for (int i = 0; i < 3; ++i) batch.records[0].data.push_back({.columns = {{"n", std::string(200'000, 'x')}}});
    ingest().Apply(batch);
    const auto heads = runs().Heads({.org = "org_a", .dag_id = "d"}, {model::EtlPhase::kLoad});
    EXPECT_FALSE(heads.at(0).phases.at(0).whole);
    EXPECT_EQ(std::ranges::count(heads[0].phases[0].text, '\n'), 1);
}

TEST_P(RunStoreContract, RunsAreReadByTheirKeysInTheirOrder) {
    ApplySix();
    const auto names = runs().Names({.org = "org_a", .limit = 3});
    ASSERT_EQ(names.size(), 3u);
    EXPECT_EQ(names[0].run_id + names[1].run_id + names[2].run_id, "r6r5r4");
    const auto found = runs().RunsByKey("org_a", {names[2].key, names[0].key, 999});
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].run_id + found[1].run_id, "r4r6");
    EXPECT_TRUE(runs().RunsByKey("org_b", {names[2].key}).empty());
    EXPECT_EQ(runs().Runs({.org = "org_a", .limit = 0}).total, 6);
    EXPECT_EQ(runs().Runs({.org = "org_a", .with_total = false}).total, 0);
}

TEST_P(RunStoreContract, NamesThatAreCloseAreOffered) {
    for (const char* dag : {"sales_daily", "inventory"}) ApplyRun(RunOf(dag, "manual__2026-05-13"));
    EXPECT_THAT(runs().SimilarDags("org_a", "sale_daily"), ::testing::ElementsAre("sales_daily"));
    EXPECT_THAT(runs().SimilarRuns("org_a", "inventory", "manual__2026-05-14"),
                ::testing::ElementsAre("manual__2026-05-13"));
}

}  // namespace dagy::store
