#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "net/test_server.h"

namespace dagy::net {
namespace {

using std::chrono::seconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;

class ServerHostileTest : public ::testing::Test {
  protected:
    ServerHostileTest() {
        server.handler.handle = [this](Request request) {
            ++handled;
            Response response;
            response.body = std::move(request.body);
            return response;
        };
    }

    int StatusOf(const std::string& bytes) {
        RawClient client(server.port());
        client.Send(bytes);
        const RawAnswer answer = client.ReadAnswer();
        if (answer.status >= 400) {
            EXPECT_EQ(answer.Header("content-type"), "application/problem+json") << bytes.substr(0, 100);
            EXPECT_EQ(answer.Header("connection"), "close");
            EXPECT_THAT(answer.body, HasSubstr("\"detail\":\""));
            EXPECT_EQ(client.ReadToEnd(), "");
        }
        return answer.status;
    }

    void ExpectStillServing() { EXPECT_EQ(StatusOf("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 200); }

    std::atomic<int> handled = 0;
    TestServer server;
};

TEST_F(ServerHostileTest, WrongRequestsGetTheirStatus) {
    server.Start();
    const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
    const std::vector<std::pair<std::string, int>> cases = {
        {"hello\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        {"GET / FTP/1.1\r\nHost: x\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET nothing HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 505},
        {"GET /?a=%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /#f HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nSpace : x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n" + std::string(1, '\0'), 400},
        {"GET / HTTP/1.1\nHost: x\n\n", 505},
        {post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        {post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
        {post + "Content-Length: 3, 3\r\n\r\nabc", 400},
        {post + "Content-Length: -3\r\n\r\nabc", 400},
        {post + "Content-Length: +3\r\n\r\nabc", 400},
        {post + "Content-Length: 0x3\r\n\r\nabc", 400},
        {post + "Content-Length: 99999999999999999999\r\n\r\nabc", 400},
        {post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {post + "Transfer-Encoding: identity\r\n\r\n", 501},
        {post + "Transfer-Encoding: xchunked\r\n\r\n", 501},
        {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {post + "Expect: cake\r\nContent-Length: 1\r\n\r\na", 417},
        {post + "Content-Length: 1048577\r\n\r\n", 413},
        {post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(40000, 'e') + "\r\na\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + std::string(40000, 'e') + ": x\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n200000\r\n" + std::string(0x200000, 'x') + "\r\n0\r\n\r\n", 413},
        {"GET /" + std::string(20000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET /" + std::string(1 << 20, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(1 << 20, 'a') + "\r\n\r\n", 431},
    };
    for (const auto& [bytes, status] : cases) EXPECT_EQ(StatusOf(bytes), status) << bytes.substr(0, 200);
    EXPECT_EQ(handled, 0);
    ExpectStillServing();
}

TEST_F(ServerHostileTest, ManySmallHeadersCountTogether) {
    server.Start();
    std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (int i = 0; i < 5000; ++i) head += "X-" + std::to_string(i) + ": value\r\n";
    EXPECT_EQ(StatusOf(head + "\r\n"), 431);
    // The same drop by drop, without an end: the limit must not wait for it.
    RawClient client(server.port());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 100000 && client.Send("X-Drop: value\r\n"); ++i) {
    }
    EXPECT_EQ(client.ReadAnswer().status, 431);
}

TEST_F(ServerHostileTest, NothingSmuggledIsHandled) {
    server.Start();
    RawClient client(server.port());
    client.Send(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n5c\r\nGET /admin "
        "HTTP/1.1\r\nHost: x\r\n\r\n0\r\n\r\n");
    EXPECT_EQ(client.ReadAnswer().status, 400);
    EXPECT_EQ(client.ReadToEnd(), "");
    EXPECT_EQ(handled, 0);
}

TEST_F(ServerHostileTest, SlowHeadsAreEndedAndOthersServed) {
    server.options.header_timeout = seconds(1);
    server.Start();
    RawClient silent(server.port());
    RawClient half(server.port());
    half.Send("GET / HTTP/1.1\r\nHost");
    RawClient dripping(server.port());
    dripping.Send("GET / HTTP/1.1\r\n");
    std::atomic<bool> ended = false;
    std::thread drip([&] {
        while (!ended && dripping.Send("X: y\r\n")) std::this_thread::yield();
    });
    ExpectStillServing();
    EXPECT_EQ(half.ReadAnswer().status, 408);
    EXPECT_THAT(dripping.ReadAnswer().status, AnyOf(408, 431));
    EXPECT_EQ(silent.ReadToEnd(), "");
    ended = true;
    drip.join();
}

TEST_F(ServerHostileTest, AnIdleConnectionIsEnded) {
    server.options.idle_timeout = seconds(1);
    server.Start();
    RawClient client(server.port());
    EXPECT_EQ(client.Ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    EXPECT_EQ(client.ReadToEnd(), "");
}

TEST_F(ServerHostileTest, AClientThatNeverReadsItsAnswersIsEnded) {
    server.options.body_stall_timeout = seconds(1);
    server.handler.handle = [](const Request&) {
        Response response;
        response.body.assign(32 << 20, 'x');
        return response;
    };
    server.Start();
    RawClient client(server.port(), 4096);
    client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    server.Stop(seconds(20));  // returns when the connection is over
    EXPECT_LT(client.ReadToEnd().size(), 32u << 20);
}

TEST_F(ServerHostileTest, AFloodOfRequestsWithoutReadingHoldsNobodyUp) {
    server.handler.route = [](const Request&) { return RouteInfo{.inline_handler = true}; };
    server.options.body_stall_timeout = seconds(1);
    server.Start();
    RawClient flood(server.port(), 4096);
    std::string requests;
    for (int i = 0; i < 20000; ++i) requests += "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    std::thread sender([&] {
        for (int i = 0; i < 50 && flood.Send(requests); ++i) {
        }
    });
    for (int i = 0; i < 20; ++i) ExpectStillServing();
    sender.join();
}

TEST_F(ServerHostileTest, GarbageAndAbortsLeaveTheServerUp) {
    server.Start();
    std::mt19937 random(7);
    const std::string valid =
        "POST /a?b=c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (int i = 0; i < 300; ++i) {
        std::string bytes = valid;
        if (i % 3 == 0) {
            bytes.resize(random() % 3000);
            for (char& c : bytes) c = static_cast<char>(random());
        } else {
            for (int flip = 0; flip < 3; ++flip) bytes[random() % bytes.size()] = static_cast<char>(random());
            if (i % 3 == 1) bytes.resize(random() % bytes.size());
        }
        RawClient client(server.port());
        client.Send(bytes);
        if (i % 2 == 0) {
            client.Reset();
        } else {
            client.ShutdownSend();
            client.ReadToEnd();
        }
    }
    ExpectStillServing();
}

TEST_F(ServerHostileTest, ManyClientsAtOnceGetTheirOwnAnswers) {
    server.options.worker_threads = 4;
    server.Start();
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([this, t] {
            RawClient client(server.port());
            for (int i = 0; i < 200; ++i) {
                const std::string body = std::to_string(t) + "-" + std::to_string(i);
                EXPECT_EQ(client
                              .Ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                                   "\r\n\r\n" + body)
                              .body,
                          body);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

TEST_F(ServerHostileTest, StopWithoutGraceEndsEverybody) {
    server.Start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port()));
        if (i % 2 == 0) clients.back()->Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    }
    server.Stop();
    for (const auto& client : clients) EXPECT_EQ(client->ReadToEnd(), "");
}

}  // namespace
}  // namespace dagy::net
