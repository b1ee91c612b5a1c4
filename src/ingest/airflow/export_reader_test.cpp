#include "ingest/airflow/export_reader.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "base/error.h"
#include "ingest/airflow/export_builder_test.h"

namespace dagy::ingest::airflow {
namespace {

using model::AttemptState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Export Read(const SmallExport& files) {
    return ReadExport(ExportFolder(files.path()));
}

Error Fault(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::kInternal, "no fault");
}

const model::TaskAttempt& AttemptOf(const Export& all, const std::string& task, int attempt) {
    const auto found = std::ranges::find_if(
        all.attempts, [&](const auto& of) { return of.attempt.task_id == task && of.attempt.attempt == attempt; });
    if (found == all.attempts.end()) throw std::runtime_error("no attempt of " + task);
    return found->attempt;
}

TEST(ExportReaderTest, DagsWithTheirVersionsAndTasks) {
    const Export all = Read(SmallExport());
    ASSERT_THAT(all.dags, SizeIs(2));
    const auto& dag = all.dags[1];
    EXPECT_EQ(dag.version, "2");
    EXPECT_EQ(dag.source, "new");
    EXPECT_EQ(dag.source_file, "/dags/sales.py");
    EXPECT_EQ(dag.schedule, "0 4 * * *");
    EXPECT_EQ(dag.extras.at("dag_run_timeout"), 90.0);
    EXPECT_EQ(dag.extras.at("stale"), true);
    EXPECT_FALSE(dag.extras.contains("file_token"));
    EXPECT_FALSE(dag.extras.contains("tasks_of_version"));
    ASSERT_THAT(dag.tasks, SizeIs(2));
    EXPECT_THAT(dag.tasks[0].downstream, ElementsAre("load"));
    EXPECT_EQ(dag.tasks[0].operator_name, "@task");
    EXPECT_EQ(dag.tasks[0].pool, "p1");
    EXPECT_EQ(dag.tasks[1].operator_name, "LoadOperator");
    EXPECT_EQ(dag.tasks[1].max_attempts, 3);
    EXPECT_EQ(dag.tasks[1].timeout_seconds, 300.0);
    EXPECT_TRUE(dag.tasks[1].is_mapped);
    EXPECT_EQ(dag.tasks[1].extras.at("retry_delay"), 86405.0);
    EXPECT_EQ(all.dags[0].source, "old");
    EXPECT_EQ(all.dags[0].extras.at("tasks_of_version"), "2");
}

TEST(ExportReaderTest, RunsAndEveryTry) {
    const Export all = Read(SmallExport());
    ASSERT_THAT(all.runs, SizeIs(1));
    EXPECT_EQ(all.runs[0].state, model::RunState::kFailed);
    EXPECT_EQ(all.runs[0].dag_version, "2");
    EXPECT_EQ(all.runs[0].parameters.at("limit"), 5);
    EXPECT_EQ(FormatTime(*all.runs[0].observed_at), "2026-11-23T12:00:00.000000Z");
    EXPECT_FALSE(all.runs[0].extras.contains("note"));
    EXPECT_THAT(all.attempts, SizeIs(3));
    const auto& last = AttemptOf(all, "load", 2);
    EXPECT_EQ(last.state, AttemptState::kFailed);
    EXPECT_EQ(last.max_attempts, 3);
    EXPECT_EQ(last.extras.at("pid"), 77);
    EXPECT_EQ(last.extras.at("operator_class"), "_PythonDecoratedOperator");
    EXPECT_EQ(AttemptOf(all, "load", 1).original_state, "failed");
    EXPECT_THAT(all.warnings, IsEmpty());
}

TEST(ExportReaderTest, ATryThatIsNotListedIsInferred) {
    SmallExport files;
    files.Put("task_tries.json", json::object{});
    const Export all = Read(files);
    EXPECT_EQ(AttemptOf(all, "load", 1).state, AttemptState::kFailed);
    EXPECT_EQ(AttemptOf(all, "load", 1).extras.at("inferred"), true);
}

TEST(ExportReaderTest, MappedTasksAreAttemptsOfTheirOwn) {
    SmallExport files;
    json::object mapped = SmallExport::Instance("load", 0, "upstream_failed");
    mapped["map_index"] = 3;
    files.Put("task_instances.json", json::array{mapped});
    const Export all = Read(files);
    const auto& attempt = AttemptOf(all, "load[3]", 1);
    EXPECT_EQ(attempt.mapped_of, "load");
    EXPECT_EQ(attempt.state, AttemptState::kUpstreamFailed);
    EXPECT_EQ(attempt.reason, "upstream_failed");
}

TEST(ExportReaderTest, Airflow2ExportsAreRead) {
    SmallExport files;
    for (const auto* file : {"dag_versions.json", "dag_sources.json", "task_tries.json"}) files.Remove(file);
    files.Put(
        "dags.json",
        json::parse(
            R"j([{"dag_id":"sales","is_active":true,"schedule_interval":{"__type":"CronExpression","value":"@daily"}}])j"));
    files.Put(
        "dag_runs.json",
        json::parse(
            R"j({"dag_runs":[{"dag_id":"sales","dag_run_id":"scheduled__1","execution_date":"2024-06-06T16:10:22+00:00",
        "state":"failed","external_trigger":false}],"total_entries":1})j"));
    files.Put(
        "task_instances.json",
        json::parse(
            R"j({"task_instances":[{"dag_id":"sales","execution_date":"2024-06-06T16:10:22+00:00","task_id":"load",
        "state":null,"try_number":1,"max_tries":0,"operator":"BashOperator"}],"total_entries":1})j"));
    files.Put(
        "xcoms.json",
        json::parse(
            R"j([{"key":"return_value","execution_date":"2024-06-06T16:10:22+00:00","task_id":"load","dag_id":"sales","value":"1"}])j"));
    const Export all = Read(files);
    ASSERT_THAT(all.dags, SizeIs(1));
    EXPECT_EQ(all.dags[0].version.size(), 12u);
    EXPECT_EQ(all.dags[0].schedule, "@daily");
    EXPECT_EQ(all.dags[0].extras.at("stale"), false);
    EXPECT_EQ(FormatTime(*all.runs[0].logical_date), "2024-06-06T16:10:22.000000Z");
    EXPECT_EQ(all.attempts[0].run.run_id, "scheduled__1");
    EXPECT_EQ(all.attempts[0].attempt.state, AttemptState::kQueued);
    EXPECT_EQ(all.attempts[0].attempt.map_index, -1);
    EXPECT_EQ(all.attempts[0].attempt.operator_name, "BashOperator");
    EXPECT_EQ(all.xcoms[0].run.run_id, "scheduled__1");
}

TEST(ExportReaderTest, FactsKeepNoSecrets) {
    SmallExport files;
    files.Put(
        "connections.json",
        json::parse(
            R"j([{"connection_id":"db","conn_type":"postgres","host":"postgres://u:hunter2@h/x","password":"hunter2","extra":"{\"k\":\"hunter2\"}"}])j"));
    files.Put(
        "variables.json",
        json::parse(
            R"j([{"key":"slack_api_key","value":"hunter2"},{"key":"limit","value":"10"},{"key":"dsn","value":"mysql://u:hunter2@h"}])j"));
    files.Put(
        "event_logs.json",
        json::parse(
            R"j([{"event_log_id":7,"when":"2026-11-19T01:00:00Z","event":"patch_connection","owner":"ann","extra":"{\"password\": \"hunter2\"}"}])j"));
    const Export all = Read(files);
    for (const auto& fact : all.facts) EXPECT_THAT(json::serialize(fact.body), testing::Not(HasSubstr("hunter2")));
    const auto limit = std::ranges::find(all.facts, "limit", &model::Fact::key);
    ASSERT_NE(limit, all.facts.end());
    EXPECT_EQ(limit->body.at("value"), "10");
    ASSERT_THAT(all.events, SizeIs(1));
    EXPECT_EQ(all.events[0].event_id, "airflow:7");
    EXPECT_EQ(all.events[0].actor, "ann");
    EXPECT_EQ(all.events[0].extra.at("password"), "***");
}

TEST(ExportReaderTest, OddEntriesOfOptionalFilesAreWarnings) {
    SmallExport files;
    files.Put("pools.json", json::array{"x", json::object{{"slots", 1}}});
    files.Put("event_logs.json",
              json::array{json::object{{"event", "no id"}},
                          json::object{{"event_log_id", 1}, {"when", "2026-01-01T00:00:00Z"}, {"extra", "no json"}}});
    const Export all = Read(files);
    EXPECT_THAT(all.warnings, SizeIs(3));
    EXPECT_EQ(all.events[0].extra.at("text"), "no json");
}

TEST(ExportReaderTest, UnknownStatesAreKeptAndSaid) {
    SmallExport files;
    files.Put("dag_runs.json", json::array{SmallExport::Run("r1", "exploded")});
    const Export all = Read(files);
    EXPECT_EQ(all.runs[0].state, model::RunState::kQueued);
    EXPECT_EQ(all.runs[0].original_state, "exploded");
    EXPECT_THAT(all.warnings, ElementsAre(HasSubstr("exploded")));
}

TEST(ExportReaderTest, LinksByTriggerAssetAndSensor) {
    SmallExport files;
    json::object child = SmallExport::Run("close__1", "failed");
    child["dag_id"] = "child";
    child["logical_date"] = "2026-11-19T02:00:05Z";
    json::object sensed = SmallExport::Run("s1", "failed");
    sensed["dag_id"] = "intake";
    json::object consumer = SmallExport::Run("asset_1", "success");
    consumer["dag_id"] = "costs";
    consumer["logical_date"] = nullptr;
    files.Put("dag_runs.json", json::array{SmallExport::Run("r1", "failed"), child, sensed, consumer});
    json::object trigger = SmallExport::Instance("go", 1, "failed");
    trigger["operator"] = "TriggerDagRunOperator";
    trigger["rendered_fields"] = {{"trigger_dag_id", "child"}, {"trigger_run_id", nullptr}};
    json::object sensor = SmallExport::Instance("wait", 1, "failed");
    sensor["operator"] = "ExternalTaskSensor";
    sensor["rendered_fields"] = {{"external_dag_id", "intake"}};
    json::object linked = SmallExport::Instance("wait2", 1, "failed");
    linked["operator"] = "ExternalTaskSensor";
    linked["rendered_fields"] = {{"external_dag_id", "intake"}};
    files.Put("task_instances.json", json::array{trigger, sensor, linked});
    files.Put("xcoms.json", json::array{json::object{{"key", "trigger_run_id"},
                                                     {"value", "close__1"},
                                                     {"task_id", "go"},
                                                     {"dag_id", "sales"},
                                                     {"run_id", "r1"}},
                                        json::object{{"key", "_link_ExternalDagLink"},
                                                     {"value", "/dags/intake/runs/other%201"},
                                                     {"task_id", "wait2"},
                                                     {"dag_id", "sales"},
                                                     {"run_id", "r1"}}});
    files.Put(
        "asset_events.json",
        json::parse(
            R"j([{"name":"prices","uri":"file:///p","source_task_id":"extract","source_dag_id":"sales","source_run_id":"r1","source_map_index":2,
        "created_dagruns":[{"run_id":"asset_1","dag_id":"costs"}]}])j"));
    const Export all = Read(files);
    EXPECT_THAT(all.links, testing::UnorderedElementsAre(
                               model::RunLink{"sales", "r1", "extract[2]", "costs", "asset_1", "", "asset", "prices"},
                               model::RunLink{"sales", "r1", "go", "child", "close__1", "", "trigger", ""},
                               model::RunLink{"intake", "s1", "", "sales", "r1", "wait", "sensor", ""},
                               model::RunLink{"intake", "other 1", "", "sales", "r1", "wait2", "sensor", ""}));
    const auto started = std::ranges::find(all.runs, "child", &model::Run::dag_id);
    ASSERT_TRUE(started->triggered_by);
    EXPECT_EQ(started->triggered_by->task_id, "go");
    EXPECT_FALSE(all.runs[0].triggered_by);
}

TEST(ExportReaderTest, MissingFilesAreNamedOrDoNotMatter) {
    SmallExport files;
    for (const auto* file :
         {"airflow.json", "dags.json", "tasks.json", "dag_versions.json", "dag_sources.json", "task_tries.json"})
        files.Remove(file);
    const Export all = Read(files);
    EXPECT_THAT(all.runs, SizeIs(1));
    EXPECT_THAT(all.warnings, ElementsAre(HasSubstr("airflow.json")));

    files.Remove("task_instances.json");
    const Error error = Fault([&] { Read(files); });
    EXPECT_THAT(error.detail(), HasSubstr("task_instances.json is missing"));
    EXPECT_THAT(error.hint(), HasSubstr("make it again"));
}

TEST(ExportReaderTest, BrokenFilesAreNamedWithTheirByte) {
    SmallExport files;
    files.PutText("dag_runs.json", "[{\"dag_id\": \"sa");
    EXPECT_THAT(Fault([&] { Read(files); }).detail(), HasSubstr("dag_runs.json is not valid at byte 15"));
    files.PutText("dag_runs.json", "");
    EXPECT_THAT(Fault([&] { Read(files); }).detail(), HasSubstr("dag_runs.json"));
    files.PutText("dag_runs.json", "\x1f\x8b binary");
    EXPECT_THAT(Fault([&] { Read(files); }).detail(), HasSubstr("dag_runs.json"));
    files.PutText("dag_runs.json", "[7]");
    EXPECT_THAT(Fault([&] { Read(files); }).detail(), HasSubstr("item 1 is not an object"));
    files.PutText("dag_runs.json", "[{\"dag_id\":\"sales\"}]");
    EXPECT_THAT(Fault([&] { Read(files); }).detail(), HasSubstr("item 1 has no dag_run_id or run_id"));
    files.Put("dag_runs.json", json::array{});
    files.Remove("pools.json");
    std::filesystem::create_directory(files.path() / "pools.json");
    EXPECT_THAT(Fault([&] { Read(files); }).detail(), HasSubstr("pools.json is a folder"));
}

TEST(ExportReaderTest, AnotherFolderIsToldWhatWasMeant) {
    const SmallExport files;
    const Error parent = Fault([&] { ExportFolder folder(files.parent()); });
    EXPECT_THAT(parent.hint(), HasSubstr("did you mean " + files.path().string()));
    std::filesystem::create_directories(files.path() / "logs/dag_id=sales");
    EXPECT_THAT(Fault([&] { ExportFolder folder(files.path() / "logs/dag_id=sales"); }).hint(),
                HasSubstr("did you mean " + files.path().string() + "?"));
    EXPECT_THAT(Fault([&] { ExportFolder folder(files.path() / "no"); }).detail(), HasSubstr("does not exist"));
    EXPECT_THAT(Fault([&] { ExportFolder folder(files.path() / "dags.json"); }).detail(), HasSubstr("is no folder"));
    const TempFolder empty;
    EXPECT_THAT(Fault([&] { ExportFolder folder(empty.path()); }).detail(), HasSubstr("is no Airflow export"));
}

TEST(ExportReaderTest, LogPathsFollowTheIdsAndNeverLeave) {
    const SmallExport files;
    TempFolder outside;
    outside.Write("attempt=1.log", "secret");
    const std::string odd = "a b/c'\"%ü..x";
    std::filesystem::create_directories(files.path() / ("logs/dag_id=sales/run_id=" + odd + "/task_id=t/map_index=2"));
    for (const auto* name : {"attempt=1.log", "attempt=1.log.trigger.2.log", "attempt=10.log", "attempt=2.log"})
        std::ofstream(files.path() / ("logs/dag_id=sales/run_id=" + odd + "/task_id=t/map_index=2") / name) << "x";
    const ExportFolder folder(files.path());
    const LogFiles found = folder.Logs({"sales", odd, "t", 2, 1});
    ASSERT_THAT(found.files, SizeIs(2));
    EXPECT_THAT(found.files[0].name, testing::EndsWith("attempt=1.log"));
    EXPECT_THAT(found.files[1].name, testing::EndsWith("attempt=1.log.trigger.2.log"));

    EXPECT_TRUE(folder.Logs({"sales", "x/../../../..", "t", -1, 1}).refused);
    EXPECT_TRUE(folder.Logs({"..", "../..", "..", -1, 1}).files.empty());
    EXPECT_TRUE(folder.Logs({"sales", std::string(250, 'x'), std::string(300, 'y'), -1, 1}).files.empty());
    EXPECT_TRUE(folder.Logs({"sales", std::string("a\0b", 3), "t", -1, 1}).refused);
    std::filesystem::create_directories(files.path() / "logs/dag_id=sales/run_id=link");
    std::filesystem::create_directory_symlink(outside.path(), files.path() / "logs/dag_id=sales/run_id=link/task_id=t");
    const LogFiles through = folder.Logs({"sales", "link", "t", -1, 1});
    EXPECT_TRUE(through.refused);
    EXPECT_THAT(through.files, IsEmpty());
}

}  // namespace
}  // namespace dagy::ingest::airflow
