#include "ingest/airflow/importer.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <thread>

#include "base/compress.h"
#include "base/error.h"
#include "ingest/airflow/export_builder_test.h"
#include "ingest/airflow/export_reader.h"
#include "ingest/airflow/log_import.h"

namespace dagy::ingest::airflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class ImporterTest : public testing::Test {
  protected:
    ImportReport Import(const SmallExport& files) {
        return ImportExport(*here_.lake, here_.store->ingest(), kScope, files.path());
    }
    std::vector<std::string> Messages(const std::string& task, int attempt, const std::string& run = "r1") {
        std::vector<std::string> messages;
        for (const auto& row : here_.Logs({here_.Run("sales", run).key, task, attempt}))
            messages.push_back(row.message);
        return messages;
    }

    TempFolder folder_;
    LocalLake here_{folder_.path()};
};

TEST_F(ImporterTest, AnExportIsThereAsAWhole) {
    SmallExport files;
    files.PutLog("extract", 1, LogText("hello") + LogText("world"));
    files.PutLog(
        "load", 2,
        LogText("a") +
            R"j({"timestamp":"2026-11-19T02:00:04Z","level":"error","event":"Task failed with exception","error_detail":[{"exc_type":"KeyError","exc_value":"'x'"}]})j"
            "\n" +
            LogText("c"));
    files.Put(
        "xcoms.json",
        json::parse(
            R"j([{"key":"return_value","value":"7","timestamp":"2026-11-19T02:00:05Z","task_id":"load","dag_id":"sales","run_id":"r1","map_index":-1}])j"));
    const ImportReport report = Import(files);
    EXPECT_TRUE(report.changed);
    EXPECT_EQ(report.dags, 1u);
    EXPECT_EQ(report.runs, 1u);
    EXPECT_EQ(report.attempts, 3u);
    EXPECT_EQ(report.log_lines, 5);
    EXPECT_EQ(report.logs_new, 2u);
    EXPECT_EQ(report.errors, 1);
    EXPECT_EQ(report.data_rows, 1);

    const auto run = here_.Run("sales", "r1");
    EXPECT_EQ(run.state, model::RunState::kFailed);
    EXPECT_THAT(here_.store->runs().Attempts(run.key), SizeIs(3));
    EXPECT_EQ(here_.store->runs().Dag(kScope, "sales")->version, "2");
    EXPECT_THAT(Messages("extract", 1), ElementsAre("hello", "world"));
    const auto logs = here_.Logs({run.key, "load", 2});
    EXPECT_EQ(logs.at(0).task_id, "load");
    const auto errors = here_.Errors({run.key, "load", 2});
    ASSERT_THAT(errors, SizeIs(1));
    EXPECT_EQ(errors[0].error_type, "KeyError");
    EXPECT_EQ(errors[0].log_row, 1);
    const auto data = here_.Data({run.key, "load", 2});
    ASSERT_THAT(data, SizeIs(1));
    EXPECT_EQ(data[0].columns.at("key"), "return_value");
}

TEST_F(ImporterTest, TheSameImportTwiceChangesNothing) {
    SmallExport files;
    files.PutLog("extract", 1, LogText("hello") + "no end");
    files.Put("xcoms.json",
              json::parse(R"j([{"key":"k","value":"7","task_id":"load","dag_id":"sales","run_id":"r1"}])j"));
    files.Put("pools.json", json::parse(R"j([{"name":"default_pool","slots":128}])j"));
    files.Put("event_logs.json",
              json::parse(R"j([{"event_log_id":7,"when":"2026-11-19T01:00:00Z","event":"trigger_dag_run"}])j"));
    EXPECT_TRUE(Import(files).changed);
    const int64_t seq = here_.store->events().LastSeq();
    const ImportReport again = Import(files);
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(again.log_lines, 0);
    EXPECT_EQ(again.logs_unchanged, 1u);
    EXPECT_EQ(here_.store->events().LastSeq(), seq);
    EXPECT_THAT(Messages("extract", 1), ElementsAre("hello", "no end"));
}

TEST_F(ImporterTest, AGrownLogIsContinued) {
    SmallExport files;
    files.Put("task_instances.json", json::array{SmallExport::Instance("extract", 1, "running")});
    const std::string head = "[2026-11-19T02:00:03.000+0000] {a.py:1} ERROR - broken\n";
    files.PutLog("extract", 1, head + "half a li");
    EXPECT_EQ(Import(files).log_lines, 1);
    files.PutLog("extract", 1, head + "half a line\nmore\n");
    const ImportReport grown = Import(files);
    EXPECT_EQ(grown.log_lines, 2);
    EXPECT_EQ(grown.logs_grown, 1u);
    EXPECT_THAT(Messages("extract", 1), ElementsAre("broken", "half a line", "more"));
    EXPECT_EQ(here_.Logs({here_.Run("sales", "r1").key, "extract", 1})[2].level, model::Level::kError);
}

TEST_F(ImporterTest, ALogThatIsAnotherNowKeepsTheFirst) {
    SmallExport files;
    files.PutLog("extract", 1, LogText("first") + LogText("second"));
    Import(files);
    files.PutLog("extract", 1, LogText("other") + LogText("second") + LogText("third"));
    const ImportReport report = Import(files);
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("is not what was imported before")));
    EXPECT_THAT(Messages("extract", 1), ElementsAre("first", "second"));
}

TEST_F(ImporterTest, TriggerLogsStandInTheOrderOfTime) {
    SmallExport files;
    files.PutLog("extract", 1,
                 LogText("1 defer", "2026-11-19T02:00:01Z") + LogText("4 resume", "2026-11-19T02:00:09Z"));
    files.PutLog("extract", 1, LogText("2 wait", "2026-11-19T02:00:02Z") + "3 and\n", "r1", ".trigger.5.log");
    EXPECT_EQ(Import(files).log_lines, 4);
    EXPECT_THAT(Messages("extract", 1), ElementsAre("1 defer", "2 wait", "3 and", "4 resume"));
    EXPECT_FALSE(Import(files).changed);
}

TEST_F(ImporterTest, BigLogsComeInSlicesAndAreContinuedWhereAKilledImportStood) {
    SmallExport files;
    std::string text;
    for (int i = 0; i < 1000; ++i) text += LogText(std::to_string(i));
    files.PutLog("extract", 1, text);
    files.PutLog("load", 1, text);
    const ExportFolder folder(files.path());
    const Export all = ReadExport(folder);
    // A stop after the second slice: what a kill between two transactions leaves.
    std::stop_source stop;
    ImportReport first;
    LogImport some(*here_.lake, here_.store->ingest(), kScope, folder, first, {.rows_max = 300});
    int batches = 0;
    some.Run(
        all.attempts,
        [&](size_t) {
            if (++batches == 2) stop.request_stop();
        },
        stop.get_token());
    EXPECT_TRUE(first.stopped);
    EXPECT_EQ(first.log_lines, 600);

    const ImportReport rest = Import(files);
    EXPECT_EQ(rest.log_lines, 1400);
    EXPECT_EQ(rest.logs_grown, 1u);
    EXPECT_EQ(rest.logs_new, 1u);
    const auto messages = Messages("extract", 1);
    ASSERT_THAT(messages, SizeIs(1000));
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(messages[static_cast<size_t>(i)], std::to_string(i));
}

TEST_F(ImporterTest, TwoImportsAtOnceAreRight) {
    SmallExport files;
    std::string text;
    for (int i = 0; i < 3000; ++i) text += LogText(std::to_string(i));
    files.PutLog("extract", 1, text);
    files.PutLog("load", 1, text);
    files.PutLog("load", 2, text);
    files.Put("xcoms.json",
              json::parse(R"j([{"key":"k","value":"7","task_id":"load","dag_id":"sales","run_id":"r1"}])j"));
    int64_t taken[2] = {};
    {
        std::vector<std::jthread> threads;
        for (int64_t& lines : taken)
            threads.emplace_back([&] {
                const ExportFolder folder(files.path());
                Export all = ReadExport(folder);
                ImportReport report;
                LogImport logs(*here_.lake, here_.store->ingest(), kScope, folder, report, {.rows_max = 100});
                logs.Run(all.attempts, {}, {});
                lines = report.log_lines;
                ImportExport(*here_.lake, here_.store->ingest(), kScope, files.path());
            });
    }
    EXPECT_EQ(taken[0] + taken[1], 9000);
    for (const auto& [task, attempt] : {std::pair("extract", 1), std::pair("load", 1), std::pair("load", 2)}) {
        const auto messages = Messages(task, attempt);
        ASSERT_THAT(messages, SizeIs(3000));
        for (size_t i = 0; i < messages.size(); ++i) ASSERT_EQ(messages[i], std::to_string(i));
    }
    EXPECT_THAT(here_.Data({here_.Run("sales", "r1").key, "load", 2}), SizeIs(1));
}

TEST_F(ImporterTest, OddIdsKeepTheirNames) {
    for (const std::string& id :
         {std::string("a b"), std::string("x/y"), std::string("it's \"q\""), std::string("100%|a"),
          std::string("ünï ☃"), std::string("v..1"), std::string(240, 'n')}) {
        SmallExport files;
        files.Put("dag_runs.json", json::array{SmallExport::Run(id, "success")});
        files.Put("task_instances.json", json::array{SmallExport::Instance("extract", 1, "success", id)});
        files.PutLog("extract", 1, LogText("of " + id), id);
        const ImportReport report = Import(files);
        EXPECT_THAT(report.warnings, IsEmpty()) << id;
        EXPECT_THAT(Messages("extract", 1, id), ElementsAre("of " + id));
    }
}

TEST_F(ImporterTest, AnIdThatLeadsOutIsKeptWithoutItsLog) {
    SmallExport files;
    const std::string id = "x/../../../../../etc";
    files.Put("dag_runs.json", json::array{SmallExport::Run(id, "failed")});
    files.Put("task_instances.json", json::array{SmallExport::Instance("extract", 1, "failed", id)});
    std::filesystem::create_directories(files.path() / "logs");
    const ImportReport report = Import(files);
    EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("leads out of the export")));
    EXPECT_EQ(here_.Run("sales", id).state, model::RunState::kFailed);
}

TEST_F(ImporterTest, ABrokenExportLeavesNothingBehind) {
    SmallExport files;
    files.PutText("xcoms.json", "[{\"key\"");
    EXPECT_THROW(Import(files), Error);
    EXPECT_EQ(here_.store->events().LastSeq(), 0);
}

TEST_F(ImporterTest, AnOlderExportNeverTakesNewsBack) {
    SmallExport newer("2026-11-24T12:00:00Z");
    newer.Put("dag_versions.json",
              json::parse(R"j({"sales":[{"version_number":1,"created_at":"2026-11-01T00:00:00Z"}]})j"));
    Import(newer);
    SmallExport older("2026-11-23T12:00:00Z");
    older.Put("dags.json", json::parse(R"j([{"dag_id":"sales","is_stale":false,"fileloc":"/old.py"}])j"));
    older.Put("dag_versions.json",
              json::parse(R"j({"sales":[{"version_number":1,"created_at":"2026-11-01T00:00:00Z"}]})j"));
    older.Put("dag_runs.json", json::array{SmallExport::Run("r1", "running")});
    Import(older);
    EXPECT_EQ(here_.Run("sales", "r1").state, model::RunState::kFailed);
    EXPECT_EQ(here_.store->runs().Dag(kScope, "sales")->source_file, "/dags/sales.py");
}

TEST_F(ImporterTest, AVersionsOwnTasksStayWhenANewerOneComes) {
    SmallExport first("2026-11-23T12:00:00Z");
    Import(first);
    SmallExport second("2026-11-24T12:00:00Z");
    second.Put("tasks.json", json::parse(R"j({"sales":[{"task_id":"only"}]})j"));
    second.Put(
        "dag_versions.json",
        json::parse(
            R"j({"sales":[{"version_number":2,"created_at":"2026-11-02T00:00:00Z"},{"version_number":3,"created_at":"2026-11-23T13:00:00Z"}]})j"));
    Import(second);
    EXPECT_THAT(here_.store->runs().Dag(kScope, "sales", "2")->tasks, SizeIs(2));
    EXPECT_FALSE(here_.store->runs().Dag(kScope, "sales", "2")->extras.contains("tasks_of_version"));
    EXPECT_THAT(here_.store->runs().Dag(kScope, "sales", "3")->tasks, SizeIs(1));
}

/// Packs `folder` as `tar` does, by the program itself.
void Pack(const std::filesystem::path& folder, const std::filesystem::path& archive, const std::string& how) {
    const std::string command = "tar " + how + " -cf '" + archive.string() + "' -C '" + folder.parent_path().string() +
                                "' '" + folder.filename().string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
}

TEST_F(ImporterTest, PackedExportsAreReadAsTheyAre) {
    SmallExport files;
    const std::string long_id = std::string(200, 'r') + "☃";
    files.Put("dag_runs.json", json::array{SmallExport::Run("r1", "failed"), SmallExport::Run(long_id, "failed")});
    files.Put("task_instances.json", json::array{SmallExport::Instance("extract", 1, "success"),
                                                 SmallExport::Instance("extract", 1, "success", long_id)});
    files.PutLog("extract", 1, LogText("hello"));
    files.PutLog("extract", 1, LogText("long"), long_id);
    for (const char* how : {"--format=pax", "--format=gnu -z", "--format=pax -z"}) {
        const TempFolder other;
        LocalLake there(other.path());
        Pack(files.path(), other.path() / "export.tar", how);
        const auto report = ImportExport(*there.lake, there.store->ingest(), kScope, other.path() / "export.tar");
        EXPECT_EQ(report.log_lines, 2) << how;
        EXPECT_EQ(there.Logs({there.Run("sales", long_id).key, "extract", 1}).at(0).message, "long") << how;
    }
}

TEST_F(ImporterTest, BrokenArchivesAreNamed) {
    SmallExport files;
    files.PutLog("extract", 1, std::string(100000, 'x'));
    const TempFolder other;
    const auto archive = other.path() / "export.tar.gz";
    Pack(files.path(), archive, "-z");
    std::filesystem::resize_file(archive, std::filesystem::file_size(archive) / 2);
    EXPECT_THROW(ImportExport(*here_.lake, here_.store->ingest(), kScope, archive), Error);
    other.Write("text.tar", "this is no archive, but it is longer than nothing\n" + std::string(600, ' '));
    other.Write("short.tar", "hello");
    for (const char* name : {"text.tar", "short.tar"}) {
        try {
            ImportExport(*here_.lake, here_.store->ingest(), kScope, other.path() / name);
            ADD_FAILURE() << name;
        } catch (const Error& error) {
            EXPECT_THAT(error.detail(), HasSubstr("this is no tar archive")) << name;
        }
    }
    ASSERT_EQ(
        std::system(
            ("cd '" + other.path().string() +
             "' && mkdir d && echo x > evil && tar -P -cf evil.tar --transform 's,evil,../../evil,' evil 2>/dev/null")
                .c_str()),
        0);
    try {
        ImportExport(*here_.lake, here_.store->ingest(), kScope, other.path() / "evil.tar");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.detail(), HasSubstr("would leave the folder"));
    }
    EXPECT_EQ(here_.store->events().LastSeq(), 0);
}

/// Every real export that lies beside the project: whole, and the second time nothing new.
TEST_F(ImporterTest, EveryRealExportIsTakenInOnce) {
    const char* named = std::getenv("DAGY_SHARED");
    const char* source = std::getenv("DAGY_SOURCE_DIR");
    const std::filesystem::path shared = named != nullptr
                                             ? std::filesystem::path(named)
                                             : std::filesystem::path(source != nullptr ? source : ".") / "../shared";
    size_t folders = 0;
    for (const auto* set : {"cases", "cases-wild"}) {
        std::error_code failed;
        for (const auto& entry : std::filesystem::directory_iterator(shared / set, failed)) {
            if (!std::filesystem::exists(entry.path() / "airflow")) continue;
            SCOPED_TRACE(entry.path().filename().string());
            ++folders;
            const ImportReport report =
                ImportExport(*here_.lake, here_.store->ingest(), {"org_1", "dep_" + entry.path().filename().string()},
                             entry.path() / "airflow");
            EXPECT_GT(report.log_lines, 0);
            EXPECT_THAT(report.warnings, IsEmpty());
            EXPECT_EQ(report.logs_new, ExportFolder(entry.path() / "airflow").CountAttemptLogs());
        }
        for (const auto& entry : std::filesystem::directory_iterator(shared / set, failed)) {
            if (!std::filesystem::exists(entry.path() / "airflow")) continue;
            SCOPED_TRACE(entry.path().filename().string());
            EXPECT_FALSE(ImportExport(*here_.lake, here_.store->ingest(),
                                      {"org_1", "dep_" + entry.path().filename().string()}, entry.path() / "airflow")
                             .changed);
        }
    }
    if (folders == 0) GTEST_SKIP() << "no cases beside the project: set DAGY_SHARED to the folder that holds them";
}

}  // namespace
}  // namespace dagy::ingest::airflow
