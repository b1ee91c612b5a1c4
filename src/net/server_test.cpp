#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <latch>
#include <mutex>

#include "base/compress.h"
#include "base/error.h"
#include "base/json.h"
#include "net/test_server.h"

namespace dagy::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Response Text(std::string body) {
    Response response;
    response.content_type = "text/plain";
    response.body = std::move(body);
    return response;
}

class ServerTest : public ::testing::Test {
  protected:
    ServerTest() {
        server.handler.route = [](const Request& head) {
            return RouteInfo{.stream_body = head.path == "/stream",
                             .body_bytes_max = 1000,
                             .inline_handler = head.path == "/inline"};
        };
        server.handler.handle = [](const Request& request) {
            if (request.path == "/big") return Text(std::string(5 << 20, 'x'));
            if (request.path == "/empty") {
                Response response;
                response.status = 204;
                return response;
            }
            if (request.path == "/throw") throw Error(ErrorCode::kInternal, "secret");
            return Text(request.method + " " + request.path + " " + request.body);
        };
    }

    TestServer server;
};

TEST_F(ServerTest, AnswersOneRequestAfterAnotherOnOneConnection) {
    server.Start();
    RawClient client(server.port());
    for (const std::string path : {"/inline", "/worker", "/inline"}) {
        const RawAnswer answer = client.Ask("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "GET " + path + " ");
        EXPECT_EQ(answer.Header("content-type"), "text/plain");
        EXPECT_THAT(answer.Header("date"), HasSubstr("GMT"));
    }
}

TEST_F(ServerTest, KeepsTheOrderOfPipelinedRequests) {
    server.Start();
    RawClient client(server.port());
    std::string requests;
    for (int i = 0; i < 50; ++i) {
        requests += "GET " + std::string(i % 3 == 0 ? "/worker" : "/inline") + " HTTP/1.1\r\nHost: x\r\n\r\n";
        requests += "POST /inline HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n" + std::string(i < 10 ? "0" : "") +
                    std::to_string(i);
    }
    client.Send(requests);
    for (int i = 0; i < 50; ++i) {
        EXPECT_THAT(client.ReadAnswer().body, StartsWith("GET /"));
        EXPECT_EQ(client.ReadAnswer().body, "POST /inline " + std::string(i < 10 ? "0" : "") + std::to_string(i));
    }
}

TEST_F(ServerTest, TakesARequestByteByByte) {
    server.Start();
    RawClient client(server.port());
    for (const char c : std::string_view("\r\nPOST /worker HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                                         "chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) {
        ASSERT_TRUE(client.Send({&c, 1}));
    }
    EXPECT_EQ(client.ReadAnswer().body, "POST /worker abcde");
    EXPECT_EQ(client.Ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(ServerTest, HeadHasTheHeadersOfGetAndNoBody) {
    server.Start();
    RawClient client(server.port());
    client.Send("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\nGET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.ReadAnswer(true).Header("content-length"), std::to_string(5 << 20));
    EXPECT_EQ(client.ReadAnswer().body, "GET /inline ");
}

TEST_F(ServerTest, ANoContentAnswerHasNoLength) {
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer = client.Ask("GET /empty HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.Header("content-length"), "");
    EXPECT_EQ(client.Ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(ServerTest, ALargeAnswerArrivesWhole) {
    server.Start();
    RawClient client(server.port());
    EXPECT_EQ(client.Ask("GET /big HTTP/1.1\r\nHost: x\r\n\r\n").body, std::string(5 << 20, 'x'));
}

TEST_F(ServerTest, SpeaksHttp10) {
    server.Start();
    RawClient client(server.port());
    EXPECT_EQ(client.Ask("GET /inline HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").Header("connection"), "keep-alive");
    EXPECT_EQ(client.Ask("GET /inline HTTP/1.0\r\n\r\n").Header("connection"), "close");
    EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(ServerTest, ClosesWhenAskedTo) {
    server.Start();
    RawClient client(server.port());
    EXPECT_EQ(client.Ask("GET /worker HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").Header("connection"), "close");
    EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(ServerTest, AnswersAClientThatEndedItsSendingSide) {
    server.Start();
    RawClient client(server.port());
    client.Send("GET /worker HTTP/1.1\r\nHost: x\r\n\r\n");
    client.ShutdownSend();
    EXPECT_EQ(client.ReadAnswer().status, 200);
}

TEST_F(ServerTest, HandlesTheTargetAndTheHeaders) {
    Request seen;
    server.handler.handle = [&seen](Request request) {
        seen = std::move(request);
        return Response{};
    };
    server.Start();
    RawClient client(server.port());
    client.Ask("GET /a%2Fb/c?x=1+2&y=%C3%A4&x=&flag HTTP/1.1\r\nHoSt: example\r\nX-Thing:   a b  \r\n\r\n");
    EXPECT_EQ(seen.target, "/a%2Fb/c?x=1+2&y=%C3%A4&x=&flag");
    EXPECT_EQ(seen.path, "/a%2Fb/c");
    EXPECT_EQ(seen.Query("x"), "1 2");
    EXPECT_EQ(seen.Query("y"), "ä");
    EXPECT_EQ(seen.Query("flag"), "");
    EXPECT_EQ(seen.Query("z"), std::nullopt);
    EXPECT_EQ(seen.query.size(), 4u);
    EXPECT_EQ(seen.Header("host"), "example");
    EXPECT_EQ(seen.Header("x-thing"), "a b");
    EXPECT_EQ(seen.client_ip, "127.0.0.1");
    EXPECT_FALSE(seen.request_id.empty());
    client.Ask("GET http://example/p?q=1 HTTP/1.1\r\nHost: example\r\n\r\n");
    EXPECT_EQ(seen.path, "/p");
    EXPECT_EQ(seen.Query("q"), "1");
}

TEST_F(ServerTest, AsksForTheBodyOfAnExpectingClient) {
    server.Start();
    RawClient client(server.port());
    client.Send("POST /worker HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(client.Ask("abc").body, "POST /worker abc");
}

TEST_F(ServerTest, RefusesABodyThatIsTooLongBeforeItIsSent) {
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer =
        client.Ask("POST /worker HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.Header("content-type"), "application/problem+json");
    const json::object problem = ParseJson(answer.body, "answer").as_object();
    EXPECT_EQ(StringOr(problem, "type"), "/problems/too-large");
    EXPECT_EQ(StringOr(problem, "title"), "Content Too Large");
    EXPECT_EQ(IntOr(problem, "status", 0), 413);
    EXPECT_EQ(StringOr(problem, "instance"), "/worker");
    EXPECT_EQ(StringOr(problem, "code"), "too_large");
    EXPECT_THAT(StringOr(problem, "detail"), HasSubstr("1000 bytes"));
    EXPECT_EQ(StringOr(problem, "message"), StringOr(problem, "detail"));
    EXPECT_EQ(StringOr(problem, "request_id"), answer.Header("x-request-id"));
    EXPECT_NE(StringOr(problem, "request_id"), "");
}

TEST_F(ServerTest, UnpacksABodyAndRefusesABomb) {
    server.Start();
    RawClient client(server.port());
    const auto post = [&](const std::string& packed, const std::string& encoding) {
        return client.Ask("POST /worker HTTP/1.1\r\nHost: x\r\nContent-Encoding: " + encoding +
                          "\r\nContent-Length: " + std::to_string(packed.size()) + "\r\n\r\n" + packed);
    };
    EXPECT_EQ(post(ZstdCompress("hello"), "zstd").body, "POST /worker hello");
    EXPECT_EQ(post(ZstdCompress(std::string(100 << 20, 'x')).substr(0, 900), "zstd").status, 413);
    EXPECT_EQ(post("not packed", "gzip").status, 400);
    EXPECT_EQ(post("x", "br").status, 415);
}

TEST_F(ServerTest, AHandlerThatThrowsTellsNothing) {
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer = client.Ask("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, ::testing::Not(HasSubstr("secret")));
}

TEST_F(ServerTest, AHeaderFromDataCannotSplitTheAnswer) {
    server.handler.handle = [](const Request&) {
        Response response = Text("ok");
        response.headers = {{"X-Good", "1"}, {"X-Bad", "a\r\nSet-Cookie: b"}, {"Content-Length", "7"}};
        return response;
    };
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer = client.Ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.Header("x-good"), "1");
    EXPECT_THAT(answer.head, ::testing::Not(HasSubstr("Set-Cookie")));
    EXPECT_EQ(answer.body, "ok");
}

TEST_F(ServerTest, AFullQueueAnswers503) {
    std::latch entered(1);
    std::latch release(1);
    server.options.worker_threads = 1;
    server.options.queue_max = 1;
    server.handler.handle = [&](const Request& request) {
        if (request.path == "/hold") {
            entered.count_down();
            release.wait();
        }
        return Text("done");
    };
    server.Start();
    RawClient holding(server.port());
    holding.Send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    entered.wait();
    // One of the two waits in the queue, the other finds it full; which one is the kernel's choice.
    RawClient first(server.port());
    RawClient second(server.port());
    first.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    second.Send("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    RawClient third(server.port());
    const RawAnswer refused = third.Ask("GET /c HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.Header("retry-after"), "1");
    release.count_down();
    const int one = first.ReadAnswer().status;
    const int other = second.ReadAnswer().status;
    EXPECT_EQ(std::min(one, other), 200);
    EXPECT_EQ(std::max(one, other), 503);
    EXPECT_EQ(holding.ReadAnswer().body, "done");
}

TEST_F(ServerTest, APortInUseIsNamedWithTheWayOut) {
    server.Start();
    TestServer other;
    other.options.port = server.port();
    try {
        other.Start();
        FAIL() << "two servers on one port";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::kConflict);
        EXPECT_THAT(error.detail(), HasSubstr(std::to_string(server.port())));
        EXPECT_THAT(error.hint(), HasSubstr("--port 0"));
    }
}

TEST_F(ServerTest, AnAddressOfAnotherMachineIsRefused) {
    server.options.host = "192.0.2.1";
    EXPECT_THROW(server.Start(), Error);
    server.options.host = "not an address";
    EXPECT_THROW(server.Start(), Error);
    server.options.host = "::1";
}

TEST_F(ServerTest, StopLetsARequestUnderWayEnd) {
    std::latch entered(1);
    std::latch release(1);
    server.handler.handle = [&](const Request&) {
        entered.count_down();
        release.wait();
        return Text("done");
    };
    server.Start();
    RawClient idle(server.port());
    RawClient client(server.port());
    client.Send("GET /worker HTTP/1.1\r\nHost: x\r\n\r\n");
    entered.wait();
    std::thread stopping([this] { server.Stop(std::chrono::seconds(20)); });
    EXPECT_EQ(idle.ReadToEnd(), "");  // Stop has begun
    release.count_down();
    const RawAnswer answer = client.ReadAnswer();
    EXPECT_EQ(answer.body, "done");
    EXPECT_EQ(answer.Header("connection"), "close");
    client.Close();
    stopping.join();
    EXPECT_THROW(RawClient(server.port()), std::runtime_error);
}

TEST_F(ServerTest, OverTheLimitOfConnectionsANewOneIsTurnedAway) {
    server.options.connections_max = 2;
    server.Start();
    RawClient first(server.port());
    RawClient second(server.port());
    EXPECT_EQ(first.Ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    EXPECT_EQ(second.Ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    EXPECT_EQ(RawClient(server.port()).ReadAnswer().status, 503);
    EXPECT_EQ(first.Ask("GET /inline HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

}  // namespace
}  // namespace dagy::net
