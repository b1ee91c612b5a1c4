/// What every RunStore does.
#pragma once

#include <array>
#include <map>
#include <random>
#include <tuple>

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

TEST_P(RunStoreContract, TalliesAreOfOneDagAndItsDays) {
    ApplySix();
    ApplyRun(RunOf("other", "r1", model::RunState::kSucceeded, "2026-05-12T01:00:00Z"));
    model::Batch batch = BatchOf();
    const auto attempt = [&](const char* run, const char* task, const char* mapped_of, int number) {
        batch.attempts.push_back(
            {{"d", run},
             {.task_id = task, .mapped_of = mapped_of, .attempt = number, .state = model::AttemptState::kFailed}});
    };
    attempt("r3", "load[2]", "load", 1);
    attempt("r3", "load[2]", "load", 2);
    attempt("r1", "load", "", 1);
    ingest().Apply(batch);
    std::vector<DayTally> days;
    const auto read = [&](const model::Scope& scope) {
        days.clear();
        runs().DayTallies(scope, "d", "2026-05-12", "2026-05-13", [&](const DayTally& day) { days.push_back(day); });
    };
    for (const bool kept : {false, true}) {
        const size_t tallied = kept ? store().upkeep().TallyDays("2026-05-13", 99) : 3;
        EXPECT_EQ(tallied, 3u) << "two of d, one of other";
        read(kScope);
        ASSERT_EQ(days.size(), 2u) << "oldest first, both days";
        EXPECT_EQ(days[0].date, "2026-05-12");
        EXPECT_EQ(days[0].success, 1);
        EXPECT_EQ(days[1].running, 1);
        EXPECT_THAT(days[0].failed_runs, ::testing::ElementsAre("r3"));
        ASSERT_EQ(days[0].tasks.size(), 1u);
        EXPECT_EQ(days[0].tasks[0], (TaskTally{"load", 2, 0, 2, 1, {}})) << "without the map index, of that day";
        read(kOtherOrg);
        EXPECT_TRUE(days.empty());
    }
    EXPECT_EQ(store().upkeep().TallyDays("2026-05-13", 99), 0u) << "the last day may change yet";
}

// Whatever changes a day, and whenever its tally is kept: it is what its runs and attempts say.
TEST_P(RunStoreContract, AKeptTallyIsNeverOld) {
    std::mt19937 dice(11);
    const auto roll = [&](int sides) { return static_cast<int>(dice() % static_cast<unsigned>(sides)); };
    const auto moment = [&](int sides) {
        return At("2026-05-11T00:00:00Z") + std::chrono::hours(roll(4) * 24) + std::chrono::minutes(roll(sides));
    };
    constexpr std::array kRunStates{model::RunState::kQueued, model::RunState::kRunning, model::RunState::kSucceeded,
                                    model::RunState::kFailed, model::RunState::kCancelled};
    constexpr std::array kStates{model::AttemptState::kQueued,    model::AttemptState::kRunning,
                                 model::AttemptState::kSucceeded, model::AttemptState::kFailed,
                                 model::AttemptState::kSkipped,   model::AttemptState::kTimedOut};
    const auto expected = [&] {
        std::map<std::string, DayTallier> days;
        auto all = runs().Runs({.org = "org_a", .deployment = kScope.deployment, .dag_id = "d", .limit = 999}).runs;
        for (auto run = all.rbegin(); run != all.rend(); ++run) {
            DayTallier& day = days[run->PartitionDate()];
            day.Add(RunSample{run->run_id, run->state, run->started_at, run->ended_at});
            for (const model::TaskAttempt& a : runs().Attempts(run->key))
                day.Add(AttemptSample{a.BaseTask(), a.attempt, a.state, a.started_at, a.ended_at});
        }
        std::vector<DayTally> tallies;
        for (auto& [date, day] : days) tallies.push_back(day.Take(date));
        return tallies;
    };
    for (int i = 0; i < 150; ++i) {
        const std::string name = "r" + std::to_string(roll(6));
        model::Batch batch = BatchOf();
        switch (roll(4)) {
            case 0: {
                model::Run run;
                run.dag_id = "d";
                run.run_id = name;
                run.state = kRunStates[static_cast<size_t>(roll(5))];
                if (roll(2) == 0) run.logical_date = moment(9);
                if (roll(2) == 0) run.started_at = moment(9);
                if (roll(2) == 0) run.ended_at = moment(90);
                if (roll(2) == 0) run.observed_at = At("2026-05-20T00:00:00Z") + std::chrono::minutes(i);
                batch.runs = {run};
                ingest().Apply(batch);
                break;
            }
            case 1:
                batch.attempts = {{{"d", name},
                                   {.task_id = "t" + std::to_string(roll(3)),
                                    .attempt = 1 + roll(2),
                                    .state = kStates[static_cast<size_t>(roll(6))],
                                    .started_at = moment(9),
                                    .ended_at = moment(90)}}};
                ingest().Apply(batch);
                break;
            case 2:
                store().upkeep().TallyDays("2026-05-1" + std::to_string(roll(5)), static_cast<size_t>(roll(4)));
                break;
            default:
                if (const int64_t key = KeyOf("d", name);
                    key != 0 && roll(4) == 0 && store().upkeep().InUse(key).empty())
                    store().upkeep().DeleteRun({.run_key = key, .reason = "request", .audit = {.org = "org_a"}});
        }
        std::vector<DayTally> found;
        runs().DayTallies(kScope, "d", "1970-01-01", "2099-01-01", [&](const DayTally& day) { found.push_back(day); });
        ASSERT_EQ(found, expected()) << i;
    }
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

// Heads against what the batches said, whatever way they came in.
TEST_P(RunStoreContract, HeadsFollowWhatPhasesBecome) {
    std::mt19937 dice(7);
    const auto roll = [&](int sides) { return static_cast<int>(dice() % static_cast<unsigned>(sides)); };
    constexpr std::array kKinds{model::RecordKind::kData, model::RecordKind::kQueueData, model::RecordKind::kEvent};
    std::map<std::tuple<std::string, model::EtlPhase, int, int>, std::string> rows;  // by run, phase, attempt, kind
    std::map<std::tuple<std::string, model::EtlPhase, int, int>, int> counts;
    for (int i = 0; i < 120; ++i) {
        model::Batch batch = BatchOf();
        const std::string run = "r" + std::to_string(roll(4));
        const model::EtlPhase phase = model::kEtlPhases[static_cast<size_t>(roll(4))];
        const int attempt = 1 + roll(2);
        if (roll(3) == 0)
            batch.phases = {{{"d", run},
                             {.ref = {.phase = std::string(Name(phase)), .attempt = attempt},
                              .status = roll(2) == 0 ? "success" : "error",
                              .message = std::string(static_cast<size_t>(roll(3)), 'm'),
                              .total = roll(9)}}};
        const int kind = phase == model::EtlPhase::kEvent ? roll(3) : 0;
        model::RecordGroup group{.run = {"d", run}, .phase = std::string(Name(phase)), .attempt = attempt};
        group.kind = kKinds[static_cast<size_t>(kind)];
        const std::string text(static_cast<size_t>(roll(2) * 90), 'x');
        for (int added = roll(40); added > 0; --added) {
            const std::tuple place{run, phase, attempt, kind};
            const int number = counts[place]++;
            group.data.push_back({.columns = {{"n", i}, {"text", text}}});
            if (number < 100)
                rows[place] += "{\"n\":" + std::to_string(i) + ",\"text\":\"" + text +
                               "\",\"_row\":" + std::to_string(number) + "}\n";
        }
        if (!group.data.empty()) batch.records = {group};
        ingest().Apply(batch);
    }
    const std::vector<model::EtlPhase> all(model::kEtlPhases.begin(), model::kEtlPhases.end());
    const auto heads = runs().Heads({.org = "org_a", .dag_id = "d"}, all);
    ASSERT_EQ(heads.size(), 4u);
    for (const RunHeads& run : heads) {
        std::map<std::string, model::PhaseSummary> newest;
        for (const model::PhaseSummary& summary : runs().Phases(run.key)) newest[summary.ref.phase] = summary;
        ASSERT_EQ(run.phases.size(), newest.size());
        for (const PhaseHead& head : run.phases) {
            const model::PhaseSummary& summary = newest.at(std::string(Name(head.phase)));
            EXPECT_EQ(head.summary.ref, summary.ref);
            EXPECT_EQ(head.summary.status, summary.status);
            EXPECT_EQ(head.summary.message, summary.message);
            EXPECT_EQ(head.summary.total, summary.total);
            EXPECT_EQ(head.summary.data_count, summary.data_count);
            std::string text;
            for (int kind = 0; kind < 3; ++kind) text += rows[{run.run_id, head.phase, summary.ref.attempt, kind}];
            EXPECT_EQ(head.text, text) << run.run_id << " " << Name(head.phase);
            EXPECT_TRUE(head.whole);
        }
    }
}

TEST_P(RunStoreContract, HeadsThatCannotBeMeantAreLeftOut) {
    using enum model::EtlPhase;
    model::Batch batch = BatchOf();
    for (int i = 0; i < 9; ++i) {
        const std::string run = "r" + std::to_string(i);
        batch.runs.push_back(RunOf("d", run));
        if (i % 2 == 0) batch.phases.push_back({{"d", run}, {.ref = {.phase = "load"}, .message = "m" + run}});
        if (i % 3 == 0) batch.phases.push_back({{"d", run}, {.ref = {.phase = "extract"}, .total = i}});
    }
    const auto long_head = model::RecordGroup{.run = {"d", "r6"},
                                              .phase = "extract",
                                              .kind = model::RecordKind::kData,
                                              .data = {{.columns = {{"a", std::string(5000, 'x')}}}}};
    batch.records = {long_head};
    ingest().Apply(batch);
    const auto found = [&](const RunQuery& query, const std::vector<model::EtlPhase>& phases, const HeadTest& test) {
        std::string names;
        for (const RunHeads& run : runs().Heads(query, phases, test)) names += run.run_id;
        return names;
    };
    const auto any = [](const HeadGlance&) { return true; };
    const RunQuery all{.org = "org_a", .dag_id = "d"};
    EXPECT_EQ(found(all, {kLoad}, any), "r8r6r4r2r0");
    EXPECT_EQ(found(all, {kLoad, kExtract, kLoad}, any), "r6r0") << "of both phases";
    EXPECT_EQ(found(all, {kLoad}, [](const HeadGlance& head) { return head.message == "mr4"; }), "r4");
    EXPECT_EQ(found(all, {kExtract}, [](const HeadGlance& head) { return !head.text; }), "r6") << "not read yet";
    EXPECT_EQ(found(all, {kExtract}, [](const HeadGlance& head) { return head.text && head.total == 3; }), "r3");
    EXPECT_EQ(runs()
                  .Heads(all, {kExtract}, [](const HeadGlance& head) { return head.data_count > 0; })
                  .at(0)
                  .phases.at(0)
                  .text.size(),
              5018u);
    RunQuery some = all;
    some.limit = 2;
    EXPECT_EQ(found(some, {kLoad}, any), "r8r6") << "the limit is of those that are left";
    some.after_run_key = KeyOf("d", "r7");
    EXPECT_EQ(found(some, {kLoad}, any), "r6r4");
    some.offset = 1;
    EXPECT_EQ(found(some, {kLoad}, any), "r4r2");
    some.limit = 0;
    EXPECT_EQ(found(some, {kLoad}, any), "");
    EXPECT_EQ(found({.org = "org_b", .dag_id = "d"}, {kLoad}, any), "");
}

TEST_P(RunStoreContract, APageBehindARunKeepsItsDates) {
    ApplySix();
    const auto all = runs().Runs({.org = "org_a", .dag_id = "d"}).runs;
    ASSERT_EQ(all.size(), 6u);
    for (const model::Run& cursor : all) {
        for (const char* to : {"2026-05-10", "2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14"}) {
            std::string expected, found;
            bool behind = false;
            for (const model::Run& run : all) {
                if (behind && run.PartitionDate() <= to) expected += run.run_id;
                behind |= run.key == cursor.key;
            }
            const RunQuery query{.org = "org_a", .dag_id = "d", .date_to = to, .after_run_key = cursor.key};
            for (const RunNames& run : runs().Names(query)) found += run.run_id;
            EXPECT_EQ(found, expected) << cursor.run_id << " " << to;
            EXPECT_EQ(runs().Runs(query).runs.size(), expected.size() / 2);
            EXPECT_EQ(runs().Heads(query, {model::EtlPhase::kLoad}).size(), expected.size() / 2);
        }
    }
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
