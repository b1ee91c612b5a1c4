#include "search/search_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/ids.h"
#include "objects/folder/folder_store.h"
#include "store/sqlite/open.h"

namespace dagy::search {
namespace {

using model::RecordKind;
using testing::ElementsAre;
using testing::HasSubstr;

class Heard final : public SearchListener {
  public:
    void OnHit(const Hit& hit) override {
        hits.push_back(hit);
        if (on_hit) on_hit();
    }
    void OnGroup(const Group& group) override { groups.push_back(group); }
    void OnProgress(const SearchProgress&) override { ++progress; }
    void OnError(const model::Run& run, const Error& error) override {
        errors.push_back(run.run_id + ": " + error.detail());
    }

    std::vector<Hit> hits;
    std::vector<Group> groups;
    std::vector<std::string> errors;
    int progress = 0;
    std::function<void()> on_hit;
};

/// Runs r1, r2 … of dags, a day each, in a store and lake of their own.
class SearchEngineTest : public testing::Test {
  protected:
    SearchEngineTest() {
        lake::LakeOptions options;
        options.find_run = [this](const model::Scope& scope, const model::RunName& name) {
            return store_->runs().FindRun(scope.org, scope.deployment, name.dag_id, name.run_id);
        };
        lake_ = lake::OpenLake(
            *objects_, store_->ingest(), store_->records(),
            [this](int64_t key) { return store_->runs().RunByKey(key); }, options);
    }
    ~SearchEngineTest() override {
        lake_.reset();
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    static model::LogRow Line(std::string message, model::Level level = model::Level::kInfo) {
        return {.ts = ParseTime("2026-11-20T04:00:00Z"), .level = level, .message = std::move(message), .task_id = "t"};
    }
    model::Batch BatchOf(const std::string& dag, int day, const model::Scope& scope) {
        const std::string date = "2026-11-" + std::string(day < 10 ? "0" : "") + std::to_string(day);
        return {.scope = scope,
                .runs = {{.scope = scope,
                          .dag_id = dag,
                          .run_id = "r" + std::to_string(day),
                          .logical_date = ParseTime(date + "T00:00:00Z")}}};
    }
    void AddLogs(const std::string& dag, int day, std::vector<model::LogRow> rows,
                 const model::Scope& scope = {"org_1", "dep_1"}) {
        model::Batch batch = BatchOf(dag, day, scope);
        batch.records = {{.run = {dag, "r" + std::to_string(day)},
                          .phase = "load",
                          .kind = RecordKind::kLog,
                          .logs = std::move(rows)}};
        lake_->Apply(batch);
    }
    void AddError(const std::string& dag, int day, std::string title, std::optional<int64_t> log_row = {}) {
        model::Batch batch = BatchOf(dag, day, {"org_1", "dep_1"});
        batch.records = {{.run = {dag, "r" + std::to_string(day)},
                          .phase = "load",
                          .kind = RecordKind::kError,
                          .errors = {{.error_type = "builtins.KeyError",
                                      .error_title = std::move(title),
                                      .task_id = "t",
                                      .log_row = log_row}}}};
        lake_->Apply(batch);
    }
    void Settle(const std::string& dag, int day) {
        const auto run = store_->runs().FindRun("org_1", {}, dag, "r" + std::to_string(day));
        ASSERT_TRUE(lake_->Settle({run->key, "load", 1}));
    }

    SearchRequest Ask(std::string_view text) {
        const ReadQuery read = ParseQuery(text);
        EXPECT_TRUE(read.faults.empty());
        return {.org = "org_1", .query = read.query};
    }
    SearchOutcome Search(const SearchRequest& request, std::stop_token stop = {}, SearchLimits limits = {}) {
        heard_ = {};
        heard_.on_hit = on_hit_;
        return SearchEngine(store_->runs(), *lake_, limits).Search(request, heard_, stop);
    }
    /// `dag/run:row` of every hit.
    std::vector<std::string> Places() const {
        std::vector<std::string> places;
        for (const Hit& hit : heard_.hits)
            places.push_back(hit.dag_id + "/" + hit.run_id + ":" + std::to_string(hit.row));
        return places;
    }

    std::filesystem::path folder_ = [] {
        auto path = std::filesystem::temp_directory_path() / ("dagy_search_" + RandomHex(8));
        std::filesystem::create_directories(path);
        return path;
    }();
    SystemClock clock_;
    std::unique_ptr<store::Store> store_ = store::OpenSqlite(folder_ / "dagy.db", clock_);
    std::unique_ptr<objects::ObjectStore> objects_ = objects::OpenFolder(folder_ / "records");
    std::unique_ptr<lake::Lake> lake_;
    std::function<void()> on_hit_;
    Heard heard_;
};

TEST_F(SearchEngineTest, FindsInEveryRunNewestFirstSettledOrNot) {
    for (int day = 1; day <= 9; ++day)
        AddLogs(day % 2 == 0 ? "even" : "odd", day,
                {Line("start"), Line("took " + std::to_string(day) + " s, TIMEOUT")});
    Settle("odd", 3);
    Settle("even", 8);
    const SearchOutcome outcome = Search(Ask("timeout"));
    EXPECT_EQ(outcome.end, SearchEnd::kComplete);
    EXPECT_THAT(Places(), ElementsAre("odd/r9:1", "even/r8:1", "odd/r7:1", "even/r6:1", "odd/r5:1", "even/r4:1",
                                      "odd/r3:1", "even/r2:1", "odd/r1:1"));
    EXPECT_EQ(heard_.hits[0].snippet, "took 9 s, TIMEOUT");
    EXPECT_THAT(heard_.hits[0].highlights, ElementsAre(std::pair<size_t, size_t>(10, 17)));
    EXPECT_EQ(heard_.hits[0].date, "2026-11-09");
    ASSERT_EQ(outcome.groups.size(), 1U) << "the lines differ in a number only";
    EXPECT_EQ(outcome.groups[0].runs, 9);
    EXPECT_EQ(outcome.groups[0].dags, 2);
    EXPECT_EQ(outcome.groups[0].hits, 9);
    EXPECT_EQ(outcome.groups[0].example.run_id, "r9");
    EXPECT_EQ(outcome.progress.runs_seen, 9);
    EXPECT_EQ(outcome.progress.runs_total, 9);
    EXPECT_EQ(outcome.progress.hits, 9);
    ASSERT_FALSE(heard_.groups.empty());
    EXPECT_EQ(heard_.groups.back().runs, 9) << "what was told last is what is ranked";
}

TEST_F(SearchEngineTest, RunsThatCannotHoldTheWordsAreCountedAndPassedOver) {
    for (int day = 1; day <= 9; ++day) {
        AddLogs("d", day, {Line("start"), Line(day == 4 ? "the needle" : "nothing of the kind")});
        model::Batch ended = BatchOf("d", day, {"org_1", "dep_1"});
        ended.runs[0].state = model::RunState::kSucceeded;
        lake_->Apply(ended);
    }
    EXPECT_EQ(lake_->FilterSome(5), 5U);
    EXPECT_EQ(lake_->FilterSome(5), 4U);
    const SearchOutcome outcome = Search(Ask("needle"));
    EXPECT_THAT(Places(), ElementsAre("d/r4:1"));
    EXPECT_EQ(outcome.progress.runs_total, 9);
    EXPECT_EQ(outcome.progress.runs_seen, 9);
    EXPECT_EQ(outcome.progress.rows_scanned, 2);
    EXPECT_EQ(outcome.progress.rows_skipped, 16);
    AddLogs("d", 7, {Line("a needle that came late")});
    Search(Ask("needle"));
    EXPECT_THAT(Places(), ElementsAre("d/r7:2", "d/r4:1"));
}

TEST_F(SearchEngineTest, LooksOnlyWhereItIsAsked) {
    for (int day = 1; day <= 6; ++day) {
        AddLogs(day <= 3 ? "sales" : "sales_eu", day, {Line("x", model::Level::kError), Line("x")});
        AddLogs("sales", day + 10, {Line("x")}, {"org_1", "dep_2"});
        AddLogs("sales", day, {Line("x")}, {"org_2", "dep_9"});
    }
    const auto count = [&](const SearchRequest& request) { return Search(request).progress.hits; };
    EXPECT_EQ(count(Ask("x")), 18) << "another organization's rows are not there";
    EXPECT_EQ(count(Ask("x level:error")), 6);
    EXPECT_EQ(count(Ask("x dag:sales")), 12);
    EXPECT_EQ(count(Ask("x dag:sales_*")), 6);
    EXPECT_EQ(count(Ask("x -dag:sales_*")), 12);
    EXPECT_EQ(count(Ask("x run:r2,r3")), 4);
    EXPECT_EQ(count(Ask("x phase:extract")), 0);
    EXPECT_EQ(count(Ask("x kind:errors")), 0);
    SearchRequest request = Ask("x");
    request.deployment = "dep_2";
    EXPECT_EQ(count(request), 6);
    request = Ask("x dag:sales_eu");
    request.dag_id = "sales";
    EXPECT_EQ(count(request), 0);
    request = Ask("x");
    request.date_from = "2026-11-02";
    request.date_to = "2026-11-03";
    EXPECT_EQ(count(request), 4);
    request.org = "org_none";
    EXPECT_EQ(count(request), 0);
}

TEST_F(SearchEngineTest, AnErrorIsOneGroupOverRunsAndItsLineBelongsToIt) {
    for (int day = 1; day <= 4; ++day) {
        AddLogs("sales", day,
                {Line("working"), Line("Task failed: 'amount'", model::Level::kError), Line("no amount")});
        AddError("sales", day, "'amount' in row " + std::to_string(day * 100), 1);
    }
    AddError("other", 5, "'amount' in row 7");
    const SearchOutcome outcome = Search(Ask("amount"));
    ASSERT_EQ(outcome.groups.size(), 2U);
    EXPECT_EQ(outcome.groups[0].kind, RecordKind::kError);
    EXPECT_THAT(outcome.groups[0].title, HasSubstr("KeyError: 'amount'"));
    EXPECT_EQ(outcome.groups[0].runs, 5);
    EXPECT_EQ(outcome.groups[0].dags, 2);
    EXPECT_EQ(outcome.groups[0].hits, 9) << "five errors and the four lines that carried them";
    EXPECT_EQ(outcome.groups[1].hits, 4) << "the other lines";
    EXPECT_EQ(heard_.hits.front().signature, outcome.groups[0].signature);
}

TEST_F(SearchEngineTest, HitsAndGroupsAreBoundedAndCountedOn) {
    std::vector<model::LogRow> rows;
    for (int i = 0; i < 1000; ++i) {
        std::string word;  // letters alone: a number would be a value, and all lines one group
        for (int n = i + 1; n > 0; n /= 16) word += static_cast<char>('g' + n % 16);
        rows.push_back(Line("needle " + word + "x"));
    }
    AddLogs("sales", 1, rows);
    AddLogs("sales", 2, {Line("needle")});
    SearchRequest request = Ask("needle");
    request.hits_max = 7;
    SearchOutcome outcome = Search(request);
    EXPECT_EQ(outcome.end, SearchEnd::kComplete);
    EXPECT_EQ(heard_.hits.size(), 7U);
    EXPECT_EQ(outcome.progress.hits, 1001);
    EXPECT_LE(outcome.groups.size(), 300U);
    int64_t grouped = 0;
    for (const Group& group : outcome.groups) grouped += group.hits;
    EXPECT_EQ(grouped + outcome.hits_without_group, 1001);
    EXPECT_GT(outcome.hits_without_group, 600);

    request.count_all = false;
    outcome = Search(request);
    EXPECT_EQ(outcome.end, SearchEnd::kLimit);
    EXPECT_EQ(heard_.hits.size(), 7U);
    EXPECT_LT(outcome.progress.hits, 1001);
}

TEST_F(SearchEngineTest, ADamagedRunIsNamedAndTheOthersAreSearched) {
    for (int day = 1; day <= 3; ++day) AddLogs("sales", day, {Line("needle")});
    Settle("sales", 2);
    for (const auto& object : objects_->List("")) objects_->Put(object.key, "damaged");
    const SearchOutcome outcome = Search(Ask("needle"));
    EXPECT_EQ(outcome.end, SearchEnd::kErrors);
    EXPECT_EQ(outcome.runs_failed, 1);
    ASSERT_EQ(heard_.errors.size(), 1U);
    EXPECT_THAT(heard_.errors[0], testing::AllOf(HasSubstr("r2: "), HasSubstr("logs_")));
    EXPECT_THAT(Places(), ElementsAre("sales/r3:0", "sales/r1:0"));
}

TEST_F(SearchEngineTest, AStopAndTheTimeLimitEndIt) {
    // More runs than may be ahead of the first one, so that none of this can be over before it is noticed.
    for (int day = 1; day <= 28; ++day) AddLogs("sales", day, std::vector<model::LogRow>(500, Line("needle")));
    std::stop_source stop;
    on_hit_ = [&] { stop.request_stop(); };
    SearchOutcome outcome = Search(Ask("needle"), stop.get_token());
    EXPECT_EQ(outcome.end, SearchEnd::kStopped);
    EXPECT_LT(outcome.progress.runs_seen, 28);
    on_hit_ = nullptr;
    outcome = Search(Ask("needle"), {}, {.time = std::chrono::milliseconds(0)});
    EXPECT_EQ(outcome.end, SearchEnd::kTime);
    EXPECT_LT(outcome.progress.runs_seen, 28);
    outcome = Search(Ask("needle"), {}, {.hits_counted_max = 1});
    EXPECT_EQ(outcome.end, SearchEnd::kLimit);
    on_hit_ = [] { throw std::runtime_error("the listener failed"); };
    EXPECT_THROW(Search(Ask("needle")), std::runtime_error);
}

TEST_F(SearchEngineTest, NothingFoundSaysWhatToTry) {
    AddLogs("sales", 1, {Line("KeyError:'amount' state=failed")});
    const auto hint = [&](std::string_view text) {
        const SearchRequest request = Ask(text);
        return HintFor(request, Search(request));
    };
    EXPECT_EQ(hint("absent"), "");
    EXPECT_EQ(hint("amount"), "");
    EXPECT_THAT(hint("KeyError:'amount'"), HasSubstr("in quotes it is text"));
    EXPECT_THAT(hint("dag=sales"), HasSubstr("write dag:sales"));
    EXPECT_THAT(hint("x dag:salse"), HasSubstr("no runs"));
}

}  // namespace
}  // namespace dagy::search
