#include "api/log_stream.h"

#include <atomic>

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

/// A client whose socket is full until it is told to read.
class SlowWriter final : public net::StreamWriter {
  public:
    explicit SlowWriter(std::shared_ptr<TestWriter> to) : to_(std::move(to)) {}
    bool Write(std::string bytes) override {
        ++writes;
        return to_->Write(std::move(bytes));
    }
    bool WaitQueued(size_t, std::chrono::steady_clock::time_point) override { return reads && !to_->Gone(); }
    bool Gone() const override { return to_->Gone(); }
    void Close() override { to_->Close(); }
    void Abort() override { to_->Abort(); }
    void OnGone(std::function<void()> call) override { to_->OnGone(std::move(call)); }

    std::atomic<bool> reads = false;
    std::atomic<int> writes = 0;

  private:
    std::shared_ptr<TestWriter> to_;
};

class LogStreamTest : public ApiTest {
  protected:
    std::shared_ptr<TestWriter> Follow(const std::string& target, const std::string& last = "") {
        auto writer = std::make_shared<TestWriter>();
        Open(target, last).stream(writer);
        return writer;
    }
    net::Response Open(const std::string& target, const std::string& last = "") {
        net::Request request = Request("GET", target);
        if (!last.empty()) request.headers.emplace_back("last-event-id", last);
        net::Response response = Ask(std::move(request), first_.api_key);
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_TRUE(response.content_type.starts_with("text/event-stream"));
        return response;
    }

    /// The rows sent, and the names of the other events.
    struct Seen {
        std::vector<int64_t> rows;
        std::vector<std::string> others;
    };
    static Seen Read(const std::string& bytes) {
        Seen seen;
        for (const net::SseEvent& event : ParseSse(bytes)) {
            if (event.event == "log")
                seen.rows.push_back(std::stoll(event.id));
            else
                seen.others.push_back(event.event);
        }
        return seen;
    }
    static std::vector<int64_t> Rows(int64_t from, int64_t to) {
        std::vector<int64_t> rows;
        for (int64_t row = from; row < to; ++row) rows.push_back(row);
        return rows;
    }
    static auto HasRows(size_t count) {
        return [count](const std::string& bytes) { return Read(bytes).rows.size() >= count; };
    }

    void Write(model::AttemptState state, const std::vector<std::string>& lines) {
        const model::RunName name{"live", "r"};
        model::Batch batch{.scope = {first_.org, first_.deployment}};
        batch.runs.push_back({.scope = batch.scope,
                              .dag_id = name.dag_id,
                              .run_id = name.run_id,
                              .state = model::RunState::kRunning,
                              .started_at = *ParseTime("2026-11-20T05:00:00Z")});
        batch.attempts.push_back({name, {.task_id = "t", .attempt = 1, .state = state}});
        model::RecordGroup logs{.run = name, .phase = "t", .attempt = 1, .kind = model::RecordKind::kLog};
        for (const std::string& line : lines) logs.logs.push_back({.message = line, .task_id = "t"});
        if (!lines.empty()) batch.records.push_back(std::move(logs));
        lake_->Apply(batch);
    }

    const std::string live_ = "/api/v1/dags/live/runs/2026-11-20/r/phases/t/logs/stream";
    const std::string ended_ = RunPath("/phases/extract/logs/stream");
};

TEST_F(LogStreamTest, LinesComeAsTheyAreWrittenThenTheEnd) {
    Write(model::AttemptState::kRunning, {"one", "two"});
    const auto writer = Follow(live_);
    writer->WaitFor(HasRows(2));
    Write(model::AttemptState::kRunning, {"three"});
    writer->WaitFor(HasRows(3));
    Write(model::AttemptState::kSucceeded, {"four"});
    const std::string bytes = writer->WaitEnd();
    EXPECT_EQ(Read(bytes).rows, Rows(0, 4));
    EXPECT_EQ(Read(bytes).others, std::vector<std::string>{"end"});
    EXPECT_TRUE(writer->whole());
    EXPECT_EQ(ParseJson(ParseSse(bytes).at(3).data, "a row").at("message").as_string(), "four");
}

TEST_F(LogStreamTest, ARowIsWhatAPageShows) {
    const std::string bytes = Follow(ended_)->WaitEnd();
    EXPECT_EQ(ParseJson(ParseSse(bytes).at(100).data, "a row"),
              Get(RunPath("/phases/extract/logs?page=100&limit=1")).at("items").at(0));
}

TEST_F(LogStreamTest, AStreamIsTakenUpWhereItBroke) {
    EXPECT_EQ(Read(Follow(ended_, "99")->WaitEnd()).rows, Rows(100, 120));
    EXPECT_EQ(Read(Follow(ended_, "119")->WaitEnd()).rows, Rows(0, 0));
    EXPECT_EQ(Read(Follow(ended_ + "?from_row=118")->WaitEnd()).rows, Rows(118, 120));
    EXPECT_EQ(Read(Follow(ended_ + "?from_row=5", "110")->WaitEnd()).rows, Rows(111, 120));
}

TEST_F(LogStreamTest, AnIdThatIsNoRowStartsAnew) {
    for (const char* id : {"120", "x", "-1", "99999999999999999999"}) {
        const Seen seen = Read(Follow(ended_ + "?from_row=117", id)->WaitEnd());
        EXPECT_EQ(seen.rows, Rows(117, 120)) << id;
        EXPECT_EQ(seen.others, (std::vector<std::string>{"reset", "end"})) << id;
    }
}

TEST_F(LogStreamTest, ALongLogComesInTurnsExactlyOnce) {
    ApiOptions options = DefaultOptions();
    options.log_streams.rows_a_turn = 7;
    options.log_streams.bytes_a_turn = 500;
    MakeApi(options);
    EXPECT_EQ(Read(Follow(ended_)->WaitEnd()).rows, Rows(0, 120));
}

TEST_F(LogStreamTest, SettlingInBetweenChangesNothing) {
    Write(model::AttemptState::kRunning, {"one", "two"});
    const auto writer = Follow(live_);
    writer->WaitFor(HasRows(2));
    const auto run = store_->runs().FindRun(first_.org, std::nullopt, "live", "r");
    ASSERT_TRUE(lake_->Settle({run->key, "t", 1}));
    Write(model::AttemptState::kSucceeded, {"three"});
    EXPECT_EQ(Read(writer->WaitEnd()).rows, Rows(0, 3));
}

TEST_F(LogStreamTest, ASlowReaderIsNotFilledUpAndHoldsUpNobody) {
    ApiOptions options = DefaultOptions();
    options.log_streams.rows_a_turn = 10;
    MakeApi(options);
    const auto to = std::make_shared<TestWriter>();
    const auto slow = std::make_shared<SlowWriter>(to);
    Open(ended_).stream(slow);
    EXPECT_EQ(Read(Follow(ended_)->WaitEnd()).rows, Rows(0, 120)) << "another reader";
    EXPECT_EQ(slow->writes, 0);
    slow->reads = true;
    EXPECT_EQ(Read(to->WaitEnd()).rows, Rows(0, 120));
}

TEST_F(LogStreamTest, AReaderThatTakesNothingIsLetGo) {
    ApiOptions options = DefaultOptions();
    options.log_streams.heartbeat = std::chrono::milliseconds(20);
    options.log_streams.stalled = std::chrono::milliseconds(50);
    MakeApi(options);
    const auto to = std::make_shared<TestWriter>();
    Open(ended_).stream(std::make_shared<SlowWriter>(to));
    to->WaitEnd();
    EXPECT_FALSE(to->whole());
}

TEST_F(LogStreamTest, SilenceHasAHeartbeat) {
    ApiOptions options = DefaultOptions();
    options.log_streams.heartbeat = std::chrono::milliseconds(20);
    MakeApi(options);
    Write(model::AttemptState::kRunning, {});
    Follow(live_)->WaitFor([](const std::string& bytes) { return bytes.contains("event: heartbeat"); });
}

TEST_F(LogStreamTest, StreamsCountTogetherWithOthers) {
    ApiOptions options = DefaultOptions();
    options.streams.streams_each_max = 1;
    MakeApi(options);
    Write(model::AttemptState::kRunning, {"one"});
    const auto first = Follow(live_);
    ExpectProblem(Ask("GET", live_), 429, "too_many_streams");
    first->Leave();
    Follow(live_)->WaitFor(HasRows(1));
}

TEST_F(LogStreamTest, AVeryLongMessageIsCutAndSaysSo) {
    std::string message(size_t{300} << 10, 'x');
    message.replace((size_t{256} << 10) - 1, 2, "é");
    Write(model::AttemptState::kSucceeded, {message});
    const json::value row = ParseJson(ParseSse(Follow(live_)->WaitEnd()).at(0).data, "a row");
    EXPECT_EQ(row.at("message").as_string().size(), (size_t{256} << 10) - 1) << "not through a character";
    EXPECT_EQ(row.at("message_bytes").as_int64(), static_cast<int64_t>(message.size()));
}

TEST_F(LogStreamTest, AStorageThatFailsEndsTheStreamWithAnError) {
    const auto run = store_->runs().FindRun(first_.org, std::nullopt, "sales/eu", kRunId);
    ASSERT_TRUE(lake_->Settle({run->key, "extract", 1}));
    for (const auto& object : objects_->List("")) {
        if (object.key.contains("logs_")) objects_->Put(object.key, "not parquet");
    }
    const std::string bytes = Follow(ended_)->WaitEnd();
    EXPECT_EQ(Read(bytes).others, std::vector<std::string>{"error"});
    EXPECT_TRUE(bytes.contains("storage")) << bytes;
}

TEST_F(LogStreamTest, StoppingClosesAllStreams) {
    Write(model::AttemptState::kRunning, {"one"});
    const auto writer = Follow(live_);
    writer->WaitFor(HasRows(1));
    api().Stop();
    writer->WaitEnd();
    const auto late = Follow(live_);
    EXPECT_EQ(late->WaitEnd(), "");
}

TEST_F(LogStreamTest, OnlyWhatIsThereAndOnesOwn) {
    ExpectProblem(Ask("GET", RunPath("/phases/nope/logs/stream")), 404, "not_found");
    ExpectProblem(Ask("GET", ended_ + "?attempt=9"), 404, "not_found");
    ExpectProblem(Ask("GET", ended_ + "?from_row=-1"), 422, "invalid_input");
    ExpectProblem(Ask(Request("GET", ended_), other_key_), 404, "not_found");
    ExpectProblem(Ask(Request("GET", ended_), ""), 401, "unauthorized");
}

TEST_F(LogStreamTest, FiveHundredFollowersGetEveryLine) {
    Write(model::AttemptState::kRunning, {"one"});
    std::vector<std::shared_ptr<TestWriter>> followers;
    for (int i = 0; i < 500; ++i) followers.push_back(Follow(live_));
    for (int i = 0; i < 20; ++i) Write(model::AttemptState::kRunning, {"more"});
    Write(model::AttemptState::kFailed, {"last"});
    for (const auto& follower : followers) EXPECT_EQ(Read(follower->WaitEnd()).rows, Rows(0, 22));
}

}  // namespace
}  // namespace dagy::api
