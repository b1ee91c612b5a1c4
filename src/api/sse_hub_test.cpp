#include "api/sse_hub.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class SseHubTest : public ApiTest {
  protected:
    std::shared_ptr<TestWriter> Open(const std::string& id, const std::string& query = {},
                                     const std::string& header = {}) {
        net::Request request = Request("GET", DiagnosesPath("/" + id + "/events" + query));
        if (!header.empty()) request.headers.emplace_back("last-event-id", header);
        net::Response response = Ask(std::move(request), first_.api_key);
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_TRUE(response.content_type.starts_with("text/event-stream"));
        EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-store");
        EXPECT_EQ(HeaderOf(response, "X-Accel-Buffering"), "no");
        auto writer = std::make_shared<TestWriter>();
        response.stream(writer);
        return writer;
    }
    static std::vector<std::string> Ids(const std::string& bytes) {
        std::vector<std::string> ids;
        for (const auto& event : ParseSse(bytes)) ids.push_back(event.event == "reset" ? "reset" : event.id);
        return ids;
    }
};

using IdList = std::vector<std::string>;

TEST_F(SseHubTest, EverythingFromTheStartThenTheRestAsItHappensThenTheEnd) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"one", "two"});
    const auto writer = Open(id);
    writer->WaitFor([](const std::string& bytes) { return bytes.contains("two"); });
    Tell(id, {"three"});
    writer->WaitFor([](const std::string& bytes) { return bytes.contains("three"); });
    Finish(id);
    const std::string bytes = writer->WaitEnd();
    EXPECT_TRUE(writer->whole());
    EXPECT_EQ(Ids(bytes), (IdList{"1", "2", "3", "4", "5"}));
    const auto events = ParseSse(bytes);
    EXPECT_EQ(events[0].event, "text_delta");
    EXPECT_EQ(events[0].data, R"({"text":"one"})");
    EXPECT_EQ(events[3].event, "rca_diagnosis");
    EXPECT_EQ(events[4].event, "end");
    EXPECT_EQ(events[4].data, "{}");
}

TEST_F(SseHubTest, ResumeGivesExactlyTheRest) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"one", "two", "three"});
    Finish(id);
    EXPECT_EQ(Ids(Open(id, "?lastEventId=2")->WaitEnd()), (IdList{"3", "4", "5"}));
    EXPECT_EQ(Ids(Open(id, "", "4")->WaitEnd()), (IdList{"5"}));
    EXPECT_EQ(Ids(Open(id, "?lastEventId=4", "1")->WaitEnd()), (IdList{"5"})) << "the query wins";
    EXPECT_EQ(Ids(Open(id, "?lastEventId=0")->WaitEnd()), (IdList{"1", "2", "3", "4", "5"}));
}

TEST_F(SseHubTest, AnUnknownIdGetsResetAndEverything) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"one"});
    Finish(id);
    for (const std::string unknown : {"99", "abc", "-1", "1.5", "99999999999999999999"}) {
        EXPECT_EQ(Ids(Open(id, "?lastEventId=" + unknown)->WaitEnd()), (IdList{"reset", "1", "2", "3"})) << unknown;
    }
}

TEST_F(SseHubTest, AStreamTakenUpAfterItsLastEventEndsAtOnce) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"one"});
    Finish(id);
    EXPECT_EQ(ParseSse(Open(id, "?lastEventId=3")->WaitEnd()).size(), 0U);
}

TEST_F(SseHubTest, SilenceIsFilledWithHeartbeats) {
    MakeApi({.rate = {.per_minute = 0}, .streams = {.heartbeat = std::chrono::milliseconds(20)}});
    const std::string id = RequestDiagnosis();
    const auto writer = Open(id);
    const std::string bytes = writer->WaitFor([](const std::string& all) { return all.contains("heartbeat"); });
    const auto events = ParseSse(bytes);
    EXPECT_EQ(events.front().event, "heartbeat");
    EXPECT_EQ(events.front().data, R"({"ts":"2026-11-20T10:00:00.000000Z"})");
    EXPECT_EQ(events.front().id, "");
}

TEST_F(SseHubTest, ErrorEndsAStreamToo) {
    const std::string id = RequestDiagnosis();
    const auto writer = Open(id);
    Tell(id, {"one"});
    store_->diagnoses().Advance(id, model::DiagnosisState::kFailed,
                                {{.event = "error", .data = R"({"message":"m","code":"c"})", .at = clock_.Now()}},
                                std::nullopt, "", clock_.Now(), "c", "m");
    EXPECT_EQ(ParseSse(writer->WaitEnd()).back().event, "error");
}

TEST_F(SseHubTest, FiveHundredStreamsAtDifferentPlacesAllEndTheSame) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"one", "two", "three", "four"});
    std::vector<std::shared_ptr<TestWriter>> writers;
    for (int i = 0; i < 500; ++i) writers.push_back(Open(id, "?lastEventId=" + std::to_string(i % 5)));
    for (int i = 0; i < 20; ++i) Tell(id, {"more"});
    Finish(id);
    for (size_t i = 0; i < writers.size(); ++i) {
        const auto ids = Ids(writers[i]->WaitEnd());
        ASSERT_EQ(ids.size(), 26 - i % 5);
        for (size_t k = 0; k < ids.size(); ++k) ASSERT_EQ(ids[k], std::to_string(k + 1 + i % 5));
    }
}

TEST_F(SseHubTest, ManyDiagnosesAtOnceStayApart) {
    std::vector<std::pair<std::string, std::shared_ptr<TestWriter>>> streams;
    for (int i = 0; i < 50; ++i) {
        bool created = false;
        const auto run = store_->diagnoses().CreateOrJoin(
            {.scope = {first_.org, first_.deployment}, .dag_id = "d", .run_id = std::to_string(i)}, false, false,
            clock_.Now(), &created);
        streams.emplace_back(run.id, Open(run.id));
    }
    for (auto& [id, writer] : streams) Tell(id, {"for " + id});
    for (auto& [id, writer] : streams) Finish(id);
    for (auto& [id, writer] : streams) {
        const auto events = ParseSse(writer->WaitEnd());
        ASSERT_EQ(events.size(), 3U);
        EXPECT_TRUE(events[0].data.contains(id));
    }
}

TEST_F(SseHubTest, AnIdentityHasALimitAndAStreamThatGoesMakesRoom) {
    MakeApi({.rate = {.per_minute = 0}, .streams = {.streams_each_max = 2}});
    const std::string id = RequestDiagnosis();
    const auto first = Open(id);
    const auto second = Open(id);
    const net::Response refused = Ask("GET", DiagnosesPath("/" + id + "/events"));
    ExpectProblem(refused, 429, "too_many_streams");
    EXPECT_FALSE(HeaderOf(refused, "Retry-After").empty());
    first->Leave();
    Open(id);
}

TEST_F(SseHubTest, StopClosesEveryStream) {
    const std::string id = RequestDiagnosis();
    const auto writer = Open(id);
    api().Stop();
    writer->WaitEnd();
    EXPECT_TRUE(writer->whole());
    Open(id)->WaitEnd();
}

}  // namespace
}  // namespace dagy::api
