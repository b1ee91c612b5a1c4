#include "ingest/ndjson/ndjson_ingest.h"

#include <gmock/gmock.h>

#include <mutex>

#include "base/error.h"
#include "ingest/local_lake_test.h"

namespace dagy::ingest::ndjson {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class NdjsonTest : public testing::Test {
  protected:
    IngestReport Take(std::string_view text, IngestOptions options = {}, size_t piece = SIZE_MAX) {
        NdjsonIngest ingest(*here_.lake, kScope, std::move(options));
        for (size_t at = 0; at < text.size(); at += std::min(piece, text.size() - at))
            ingest.Feed(text.substr(at, piece));
        return ingest.Finish();
    }
    std::vector<std::string> Messages(const std::string& phase = "load", int attempt = 1) {
        std::vector<std::string> messages;
        for (const auto& row : here_.Logs({here_.Run("sales", "r1").key, phase, attempt}))
            messages.push_back(row.message);
        return messages;
    }

    TempFolder folder_;
    LocalLake here_{folder_.path()};
};

std::string Log(const std::string& message, const std::string& more = "") {
    return R"j({"kind":"log","dag_id":"sales","run_id":"r1","task_id":"load","message":")j" + message + "\"" + more +
           "}\n";
}

TEST_F(NdjsonTest, EveryKindIsTaken) {
    const auto report = Take(
        R"j({"kind":"dag","dag_id":"sales","version":"3","schedule":"0 4 * * *","source":"code","tasks":[{"task_id":"extract","downstream":["load"],"operator":"PythonOperator","phase":"extract","trigger_rule":"all_success","max_attempts":3,"owner":"ann"},{"task_id":"load"}],"team":"shop"})j"
        "\n"
        R"j({"kind":"run","dag_id":"sales","run_id":"r1","state":"RUNNING","logical_date":"2026-11-20T04:00:00Z","started_at":"2026-11-20T04:00:01Z","ended_at":null,"parameters":{"a":1},"triggered_by":{"dag_id":"up","run_id":"u1","task_id":"go","via":"trigger"},"note":"n"})j"
        "\n"
        R"j({"kind":"task","dag_id":"sales","run_id":"r1","task_id":"load","attempt":2,"map_index":4,"state":"FAILED","exit_code":1,"signal":null,"reason":"x","pid":7})j"
        "\n"
        R"j({"kind":"phase","dag_id":"sales","run_id":"r1","phase":"extract","attempt":1,"status":"success","message":"","total":120})j"
        "\n"
        R"j({"kind":"log","dag_id":"sales","run_id":"r1","task_id":"load","attempt":2,"ts":"2026-11-20T04:00:02Z","level":"error","logger":"etl.load","message":"m","source_file":"load.py","source_line":41,"host":"h1","nested":{"a":[1,null]}})j"
        "\n"
        R"j({"kind":"error","dag_id":"sales","run_id":"r1","task_id":"load","attempt":2,"ts":"2026-11-20T04:00:02Z","error_type":"KeyError","error_status":null,"error_detail":"first\nsecond","traceback":"T"})j"
        "\n"
        R"j({"kind":"data","dag_id":"sales","run_id":"r1","phase":"extract","row":{"id":7,"amount":12.5}})j"
        "\n"
        R"j({"kind":"queue_data","dag_id":"sales","run_id":"r1","payload":{"q":1}})j"
        "\n"
        R"j({"kind":"event","dag_id":"sales","run_id":"r1","payload":[1]})j"
        "\n"
        R"j({"kind":"change","dag_id":null,"ts":"2026-11-20T03:00:00Z","change":"variable","resource":"rate_limit","actor":"ann","before":"10","after":"2"})j"
        "\n\r\n");
    EXPECT_EQ(report.accepted, 10u);
    EXPECT_THAT(report.errors, IsEmpty());

    const auto run = here_.Run("sales", "r1");
    EXPECT_EQ(run.state, model::RunState::kRunning);
    EXPECT_EQ(run.parameters.at("a"), 1);
    EXPECT_EQ(run.extras.at("note"), "n");
    EXPECT_EQ(run.triggered_by->dag_id, "up");
    EXPECT_THAT(here_.store->runs().Links(kScope, "sales", "r1"),
                ElementsAre(model::RunLink{"up", "u1", "go", "sales", "r1", "", "trigger", ""}));
    const auto attempts = here_.store->runs().Attempts(run.key);
    ASSERT_THAT(attempts, SizeIs(1));
    EXPECT_EQ(attempts[0].task_id, "load[4]");
    EXPECT_EQ(attempts[0].mapped_of, "load");
    EXPECT_EQ(attempts[0].exit_code, 1);
    EXPECT_EQ(attempts[0].extras.at("pid"), 7);
    const auto dag = here_.store->runs().Dag(kScope, "sales");
    EXPECT_EQ(dag->version, "3");
    EXPECT_EQ(dag->tasks.at(0).max_attempts, 3);
    EXPECT_EQ(dag->tasks.at(0).extras.at("owner"), "ann");
    EXPECT_EQ(dag->extras.at("team"), "shop");
    const auto logs = here_.Logs({run.key, "load", 2});
    ASSERT_THAT(logs, SizeIs(1));
    EXPECT_EQ(logs[0].level, model::Level::kError);
    EXPECT_EQ(logs[0].source_line, 41);
    EXPECT_EQ(logs[0].extras, R"j({"host":"h1","nested":{"a":[1,null]}})j");
    const auto errors = here_.Errors({run.key, "load", 2});
    ASSERT_THAT(errors, SizeIs(1));
    EXPECT_EQ(errors[0].error_title, "first");
    const auto data = here_.Data({run.key, "extract", 1});
    ASSERT_THAT(data, SizeIs(1));
    EXPECT_EQ(data[0].columns.at("amount"), 12.5);
    const auto events =
        here_.store->runs().SourceEvents(kScope, std::nullopt, FromMicros(0), FromMicros(INT64_MAX / 4), 10);
    ASSERT_THAT(events, SizeIs(1));
    EXPECT_EQ(events[0].extra.at("resource"), "rate_limit");
    EXPECT_EQ(events[0].extra.at("change"), "variable");
}

TEST_F(NdjsonTest, PiecesOfAnySizeGiveTheSame) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += Log(std::to_string(i));
    text.pop_back();  // no line end at the end
    for (const size_t piece : {1u, 7u, 100u}) EXPECT_EQ(Take(text, {.batch_lines = 8}, piece).accepted, 50u);
    const auto messages = Messages();
    ASSERT_THAT(messages, SizeIs(150));
    for (size_t i = 0; i < 150; ++i) EXPECT_EQ(messages[i], std::to_string(i % 50));
}

TEST_F(NdjsonTest, ABadLineIsNamedAndHarmsNoNeighbour) {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"{\"kind\":\"log\"", ""},
        {"[1]", ""},
        {"{}", "kind"},
        {R"j({"kind":"lag"})j", "kind"},
        {R"j({"kind":"log","dag_id":"","run_id":"r1","task_id":"t","message":"m"})j", "dag_id"},
        {R"j({"kind":"log","dag_id":"d","task_id":"t","message":"m"})j", "run_id"},
        {R"j({"kind":"log","dag_id":"d","run_id":"r","message":"m"})j", "task_id"},
        {R"j({"kind":"log","dag_id":"d","run_id":"r","task_id":"t"})j", "message"},
        {R"j({"kind":"log","dag_id":"d","run_id":"r","task_id":"t","message":1})j", "message"},
        {R"j({"kind":"log","dag_id":"d","run_id":"r","task_id":"t","message":"m","ts":"yesterday"})j", "ts"},
        {R"j({"kind":"log","dag_id":"d","run_id":"r","task_id":"t","message":"m","attempt":0})j", "attempt"},
        {R"j({"kind":"log","dag_id":"d","run_id":"r","task_id":"t","message":"m","attempt":"2"})j", "attempt"},
        {R"j({"kind":"run","dag_id":"d","run_id":"r","state":"DONE"})j", "state"},
        {R"j({"kind":"task","dag_id":"d","run_id":"r","task_id":"t","state":"failed"})j", "state"},
        {R"j({"kind":"phase","dag_id":"d","run_id":"r","phase":"p","status":"ok"})j", "status"},
        {R"j({"kind":"dag","dag_id":"d","tasks":[{"task_id":"a","downstream":["b"]}]})j", "tasks"},
        {R"j({"kind":"dag","dag_id":"d","tasks":[{"task_id":"a"},{"task_id":"a"}]})j", "tasks"},
        {R"j({"kind":"data","dag_id":"d","run_id":"r","phase":"p","row":[1]})j", "row"},
        {R"j({"kind":"event","dag_id":"d","run_id":"r"})j", "payload"},
        {R"j({"kind":"change","dag_id":"d","change":"variable"})j", "ts"},
        {R"j({"kind":"run","dag_id":"d","run_id":"r","state":"FAILED","deployment":"dep_other"})j", "deployment"},
        {"{\"kind\":\"log\",\"x\":\"\xff\"}", ""},
        {"{\"kind\":" + std::string(1000, '['), ""},
        {R"j({"kind":"log","dag_id":")j" + std::string(1025, 'x') + R"j(","run_id":"r"})j", "dag_id"}};
    std::string text;
    for (const auto& [line, member] : bad) text += line + "\n" + Log("good");
    const auto report = Take(text);
    EXPECT_EQ(report.accepted, bad.size());
    EXPECT_EQ(report.rejected, bad.size());
    ASSERT_THAT(report.errors, SizeIs(bad.size()));
    for (size_t i = 0; i < bad.size(); ++i) {
        EXPECT_EQ(report.errors[i].line, 2 * i + 1);
        EXPECT_EQ(report.errors[i].member, bad[i].second) << bad[i].first << " " << report.errors[i].reason;
        EXPECT_FALSE(report.errors[i].reason.empty());
    }
    EXPECT_THAT(report.errors[12].reason,
                HasSubstr("'DONE' is unknown; good ones are QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED"));
    EXPECT_THAT(Messages(), SizeIs(bad.size()));
    EXPECT_FALSE(here_.store->runs().FindRun(kScope.org, kScope.deployment, "d", "r"));
}

TEST_F(NdjsonTest, AllRejectedAreCountedSomeAreNamed) {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "x\n";
    const auto report = Take(text);
    EXPECT_EQ(report.rejected, 5000u);
    EXPECT_THAT(report.errors, SizeIs(100));
}

TEST_F(NdjsonTest, AnUnknownLevelIsInfoAndKept) {
    Take(Log("m", R"j(,"level":"loud")j"));
    const auto logs = here_.Logs({here_.Run("sales", "r1").key, "load", 1});
    EXPECT_EQ(logs.at(0).level, model::Level::kInfo);
    EXPECT_EQ(logs.at(0).extras, R"j({"level":"loud"})j");
}

TEST_F(NdjsonTest, ATextThatStopsInsideALineKeepsWhatCameBefore) {
    const auto report = Take(Log("a") + Log("b") + R"j({"kind":"log","dag_id":"sa)j");
    EXPECT_EQ(report.accepted, 2u);
    ASSERT_THAT(report.errors, SizeIs(1));
    EXPECT_EQ(report.errors[0].line, 3u);
    EXPECT_THAT(report.errors[0].reason, HasSubstr("ends inside this line"));
    EXPECT_THAT(Messages(), ElementsAre("a", "b"));
}

TEST_F(NdjsonTest, ALineOverTheLimitIsRejectedHoweverItComes) {
    for (const size_t piece : {SIZE_MAX, size_t{1} << 16}) {
        const auto report = Take(
            Log("before") + Log(std::string(3 << 20, 'x')) + Log("after") + Log(std::string(1 << 20, 'x')), {}, piece);
        EXPECT_EQ(report.accepted, 2u);
        ASSERT_THAT(report.errors, SizeIs(2));
        EXPECT_EQ(report.errors[0].line, 2u);
        EXPECT_EQ(report.errors[1].line, 4u);
        EXPECT_THAT(report.errors[0].reason, HasSubstr("longer than 1048576 bytes"));
    }
    EXPECT_EQ(Take(Log("a") + std::string(5 << 20, 'y')).errors.at(0).line, 2u);
}

TEST_F(NdjsonTest, TheSameEventIdIsStoredOnce) {
    const auto line = [](const std::string& message, const std::string& id) {
        return Log(message, ",\"event_id\":\"" + id + "\"");
    };
    auto report = Take(line("a", "1") + line("again", "1") + Log("b") + line("c", "2"));
    EXPECT_EQ(report.accepted, 3u);
    EXPECT_EQ(report.duplicates, 1u);
    report = Take(line("a", "1") + line("d", "3") + line("c", "2") + Log("e") + "bad\n");
    EXPECT_EQ(report.accepted, 2u);
    EXPECT_EQ(report.duplicates, 2u);
    EXPECT_EQ(report.rejected, 1u);
    EXPECT_THAT(Messages(), ElementsAre("a", "b", "c", "d", "e"));
}

TEST_F(NdjsonTest, ARejectedLineDoesNotUseItsEventIdUp) {
    const auto report = Take(R"j({"kind":"log","event_id":"1"})j"
                             "\n" +
                             Log("a", R"j(,"event_id":"1")j"));
    EXPECT_EQ(report.accepted, 1u);
    EXPECT_EQ(report.rejected, 1u);
}

TEST_F(NdjsonTest, AnotherKnownDeploymentGetsItsOwn) {
    const auto report = Take(Log("a") + Log("b", R"j(,"deployment":"dep_2")j"),
                             {.knows_deployment = [](const std::string& name) { return name == "dep_2"; }});
    EXPECT_EQ(report.accepted, 2u);
    EXPECT_THAT(Messages(), ElementsAre("a"));
    EXPECT_TRUE(here_.store->runs().FindRun(kScope.org, "dep_2", "sales", "r1"));
}

TEST_F(NdjsonTest, OddIdsStayAsTheyAre) {
    for (const std::string& id : {std::string("a b/c'\\\"%ü☃"), std::string(".."), std::string(250, 'x')})
        EXPECT_EQ(Take(R"j({"kind":"log","dag_id":"sales","run_id":")j" + id + R"j(","task_id":"t","message":"m"})j")
                      .accepted,
                  1u)
            << id;
    EXPECT_TRUE(here_.store->runs().FindRun(kScope.org, kScope.deployment, "sales", "a b/c'\"%ü☃"));
}

/// Full after some batches.
class FullLake final : public lake::Lake {
  public:
    store::ApplyResult Apply(const model::Batch&) override {
        if (++batches > 2) throw Error(ErrorCode::kStorageFull, "no space left");
        return {.changed = true};
    }
    void ReadLogs(const model::PhaseRef&, lake::RowRange,
                  const std::function<bool(std::span<const model::LogRow>)>&) override {}
    void ReadErrors(const model::PhaseRef&, lake::RowRange,
                    const std::function<bool(std::span<const model::ErrorRow>)>&) override {}
    void ReadData(const model::PhaseRef&, lake::RowRange,
                  const std::function<bool(std::span<const model::DataRow>)>&) override {}
    lake::Page ReadPage(const lake::PageQuery&) override { return {}; }
    lake::SearchTally SearchRun(int64_t, const lake::RowMatcher&, const lake::SearchScope&,
                                const std::function<bool(const lake::RowHit&)>&, std::stop_token) override {
        return {};
    }
    bool Settle(const model::PhaseRef&) override { return false; }
    size_t SettleSome(size_t) override { return 0; }
    size_t ClearOrphans() override { return 0; }
    void Check() override {}

    int batches = 0;
};

TEST(NdjsonFullDiskTest, WhatWasAcceptedBeforeIsSaid) {
    FullLake lake;
    NdjsonIngest ingest(lake, kScope, {.batch_lines = 10});
    std::string text;
    for (int i = 0; i < 10; ++i) text += Log("x");
    ingest.Feed(text);
    ingest.Feed(text);
    EXPECT_THROW(ingest.Feed(text), Error);
    EXPECT_EQ(ingest.report().accepted, 20u);
}

std::string Data(const std::string& row) {
    return R"j({"kind":"data","dag_id":"sales","run_id":"r1","phase":"load","row":)j" + row + "}\n";
}

TEST_F(NdjsonTest, NumbersOfRowsAndPayloadsMayBeOfAnyWidth) {
    const auto report = Take(
        Data(R"({"amount":12345678901234567890.1200,"id":18446744073709551616,"n":{"deep":[0.1234567890123456789]}})") +
        R"j({"kind":"event","dag_id":"sales","run_id":"r1","payload":340282366920938463463374607431768211456})j"
        "\n");
    EXPECT_EQ(report.accepted, 2U);
    EXPECT_EQ(report.rejected, 0U) << report.errors[0].reason;
}

TEST_F(NdjsonTest, ElsewhereANumberHasSixtyFourBits) {
    const auto report = Take(
        Log("m", R"(,"wide":18446744073709551616)") +
        R"j({"kind":"data","dag_id":"sales","run_id":"r1","phase":"load","attempt":18446744073709551617,"row":{}})j"
        "\n" +
        Data("18446744073709551616") + Data("{\"a\":1.2.3456789012345678901}") + Data(R"({"a":{"\u0000#":"1}"}})"));
    EXPECT_EQ(report.accepted, 0U);
    ASSERT_EQ(report.errors.size(), 5U);
    EXPECT_TRUE(report.errors[0].reason.contains("64 bits"));
    EXPECT_EQ(report.errors[1].member, "attempt");
    EXPECT_EQ(report.errors[2].member, "row");
    EXPECT_TRUE(report.errors[3].reason.contains("not valid JSON"));
    EXPECT_EQ(report.errors[4].member, "row");
}

}  // namespace
}  // namespace dagy::ingest::ndjson
