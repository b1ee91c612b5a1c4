/// The API over real sockets: what only shows when transport and handlers meet.
#include <fmt/format.h>

#include "api/api_fixture.h"
#include "base/compress.h"
#include "net/client.h"
#include "net/test_server.h"

namespace dagy::api {
namespace {

class SocketTest : public ApiTest {
  protected:
    void SetUp() override {
        server_ = net::MakeServer(api(), {.port = 0, .worker_threads = 4});
        server_->Start();
    }
    void TearDown() override {
        api().Stop();
        server_->Stop(std::chrono::milliseconds(100));
    }
    net::ClientResponse Fetch(const std::string& target, std::string method = "GET", std::string body = {},
                              std::vector<std::pair<std::string, std::string>> headers = {}) {
        headers.emplace_back("authorization", "Bearer " + first_.api_key);
        return net::Fetch({.method = std::move(method),
                           .url = fmt::format("http://127.0.0.1:{}{}", server_->port(), target),
                           .headers = std::move(headers),
                           .body = std::move(body)});
    }
    static std::string Header(const net::ClientResponse& response, std::string_view name) {
        std::string values;
        for (const auto& [key, value] : response.headers) {
            if (key == name) values += (values.empty() ? "" : "|") + value;
        }
        return values;
    }
    std::string EventsRequest(const std::string& id) {
        return fmt::format("GET {}/{}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
                           DiagnosesPath(), id, first_.api_key);
    }

    std::unique_ptr<net::Server> server_;
};

TEST_F(SocketTest, RequestIdOfTheTransportIsTheOneOfTheAnswer) {
    const auto response = Fetch("/api/v1/nowhere");
    EXPECT_EQ(response.status, 404);
    const std::string id = Header(response, "x-request-id");
    EXPECT_FALSE(id.empty() || id.contains('|')) << id;
    EXPECT_EQ(StringOr(ParseJson(response.body, "body").as_object(), "request_id"), id);
}

TEST_F(SocketTest, LogsDownloadWholeAndRunsByEncodedIds) {
    EXPECT_EQ(Fetch(RunPath()).status, 200);
    const auto logs = Fetch(RunPath("/phases/extract/logs"), "GET", {}, {{"accept", "application/x-ndjson"}});
    EXPECT_EQ(logs.status, 200);
    EXPECT_EQ(std::ranges::count(logs.body, '\n'), 120);
}

TEST_F(SocketTest, IngestTakesACompressedBody) {
    const std::string line =
        R"({"kind":"run","dag_id":"packed","run_id":"r","state":"FAILED","logical_date":"2026-11-20T00:00:00Z"})"
        "\n";
    const auto response = Fetch("/api/v1/ingest", "POST", ZstdCompress(line), {{"content-encoding", "zstd"}});
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(IntOr(ParseJson(response.body, "body").as_object(), "accepted", -1), 1) << response.body;
    EXPECT_EQ(Fetch("/api/v1/dags/packed/runs/2026-11-20/r").status, 200);
    EXPECT_EQ(Fetch("/api/v1/ingest", "POST", "not zstd", {{"content-encoding", "zstd"}}).status, 400);
}

TEST_F(SocketTest, ABodyOverTheLimitIs413) {
    EXPECT_EQ(Fetch(DiagnosesPath(), "POST", std::string(2 << 20, ' ')).status, 413);
}

TEST_F(SocketTest, FiveHundredStreamsAtOnceAndOthersAreServed) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"first"});
    std::vector<std::unique_ptr<net::RawClient>> clients;
    for (int i = 0; i < 500; ++i) {
        clients.push_back(std::make_unique<net::RawClient>(server_->port()));
        clients.back()->Send(EventsRequest(id));
    }
    for (auto& client : clients) client->ReadUntil("first");
    EXPECT_EQ(Fetch("/api/v1/me").status, 200);
    Finish(id);
    for (auto& client : clients) {
        const std::string rest = client->ReadUntil("event: end");
        EXPECT_TRUE(rest.contains("rca_diagnosis"));
    }
}

TEST_F(SocketTest, AClientThatGoesGivesItsStreamBack) {
    const std::string id = RequestDiagnosis();
    Tell(id, {"first"});
    {
        net::RawClient client(server_->port());
        client.Send(EventsRequest(id));
        client.ReadUntil("first");
    }
    // Seen when the socket is: nothing else tells, so the counter is asked until it does.
    for (int tries = 0; tries < 1000; ++tries) {
        if (Fetch("/metrics").body.contains("dagy_event_streams_open 0")) return;
    }
    FAIL() << "the stream is still counted";
}

}  // namespace
}  // namespace dagy::api
