#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include "base/compress.h"
#include "base/error.h"
#include "net/test_server.h"

namespace dagy::net {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

std::chrono::steady_clock::time_point In(seconds time) {
    return std::chrono::steady_clock::now() + time;
}

using Writer = std::shared_ptr<StreamWriter>;

/// `/sse` hands its writers to the test; `/echo` streams the body back; the rest answers at once.
class ServerStreamTest : public ::testing::Test {
  protected:
    ServerStreamTest() {
        server.handler.route = [](const Request& head) {
            return RouteInfo{.stream_body = head.path == "/echo" || head.path == "/ignore",
                             .inline_handler = head.path == "/inline-sse"};
        };
        server.handler.handle = [this](Request request) { return Handle(std::move(request)); };
    }

    Response Handle(Request request) {
        Response response;
        if (request.path.ends_with("sse")) {
            response.content_type = "text/event-stream";
            response.stream = [this](Writer writer) {
                writer->Write("data: 0\n\n");
                const std::lock_guard lock(mutex_);
                writers_.push_back(std::move(writer));
                changed_.notify_all();
            };
        } else if (request.path == "/download") {
            response.stream = [](const Writer& writer) {
                for (int i = 0; i < 200; ++i) {
                    if (!writer->Write(std::string(100000, static_cast<char>('a' + i % 26))) ||
                        !writer->WaitQueued(300000, In(seconds(20))))
                        return;
                }
                writer->Close();
            };
        } else if (request.path.starts_with("/known/")) {
            // Says 200,000 bytes; writes as many as its path says.
            response.stream_bytes = 200'000;
            response.stream = [count = std::stoul(request.path.substr(7))](const Writer& writer) {
                for (size_t left = count; left > 0; left -= std::min<size_t>(left, 70'000))
                    writer->Write(std::string(std::min<size_t>(left, 70'000), 'x'));
                writer->Close();
            };
        } else if (request.path == "/forget") {
            response.stream = [](const Writer& writer) { writer->Write("half"); };
        } else if (request.path == "/echo") {
            response.body = Drain(*request.body_reader, response.status);
        } else {
            response.body = "ok";
        }
        return response;
    }

    static std::string Drain(BodyReader& reader, int& status) {
        std::string all;
        try {
            for (std::string piece = reader.Read(); !piece.empty(); piece = reader.Read()) {
                EXPECT_LE(piece.size(), 256u << 10);
                all += piece;
            }
        } catch (const Error& error) {
            status = error.code() == ErrorCode::kTimeout ? 408 : 400;
            return error.detail();
        }
        return all;
    }

    Writer WriterAt(size_t index) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, seconds(20), [&] { return writers_.size() > index; }));
        return writers_.at(index);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Writer> writers_;
    TestServer server;
};

constexpr std::string_view kGetSse = "GET /sse HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(ServerStreamTest, EventsArriveAsTheyAreWrittenAndTheConnectionIsUsedAgain) {
    server.Start();
    RawClient client(server.port());
    client.Send(kGetSse);
    const std::string head = client.ReadUntil("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_EQ(client.ReadUntil("\n\n\r\n"), "9\r\ndata: 0\n\n\r\n");
    const Writer writer = WriterAt(0);
    EXPECT_TRUE(writer->Write("data: 1\n\n"));
    EXPECT_EQ(client.ReadUntil("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
    writer->Close();
    EXPECT_FALSE(writer->Write("late"));
    EXPECT_EQ(client.ReadUntil("0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_EQ(client.Ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").body, "ok");
}

TEST_F(ServerStreamTest, AnInlineHandlerCanStream) {
    server.Start();
    RawClient client(server.port());
    client.Send("GET /inline-sse HTTP/1.1\r\nHost: x\r\n\r\n");
    WriterAt(0)->Close();
    EXPECT_EQ(client.ReadAnswer().body, "data: 0\n\n");
}

TEST_F(ServerStreamTest, HeadOfAStreamDoesNotStartIt) {
    server.Start();
    RawClient client(server.port());
    client.Send("HEAD /sse HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.ReadAnswer(true).status, 200);
    EXPECT_EQ(client.Ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").body, "ok");
    EXPECT_TRUE(writers_.empty());
}

TEST_F(ServerStreamTest, AClientThatGoesIsNoticed) {
    server.Start();
    for (const bool reset : {false, true}) {
        auto client = std::make_unique<RawClient>(server.port());
        client->Send(kGetSse);
        client->ReadUntil("data: 0");
        const Writer writer = WriterAt(reset ? 1 : 0);
        EXPECT_FALSE(writer->Gone());
        std::promise<void> gone;
        writer->OnGone([&gone] { gone.set_value(); });
        reset ? client->Reset() : client->Close();
        ASSERT_EQ(gone.get_future().wait_for(seconds(20)), std::future_status::ready);
        EXPECT_TRUE(writer->Gone());
        EXPECT_FALSE(writer->Write("x"));
        EXPECT_FALSE(writer->WaitQueued(0, In(seconds(20))));
        bool at_once = false;
        writer->OnGone([&at_once] { at_once = true; });
        EXPECT_TRUE(at_once);
    }
}

TEST_F(ServerStreamTest, WhatAClientSendsDuringAStreamIsItsNextRequest) {
    server.Start();
    RawClient client(server.port());
    client.Send(kGetSse);
    client.ReadUntil("\n\n\r\n");
    client.Send("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    WriterAt(0)->Close();
    client.ReadUntil("0\r\n\r\n");
    EXPECT_EQ(client.ReadAnswer().body, "ok");
}

TEST_F(ServerStreamTest, AClientThatNeverReadsIsDroppedAndNobodyWaitsForIt) {
    server.options.stream_buffer_bytes_max = 256 << 10;
    server.Start();
    RawClient slow(server.port(), 4096);
    slow.Send(kGetSse);
    const Writer writer = WriterAt(0);
    std::promise<void> gone;
    writer->OnGone([&gone] { gone.set_value(); });
    // The kernel's buffers take some MB before the queue grows; no write of this loop may block.
    size_t written = 0;
    while (writer->Write("data: " + std::string(10000, 'x') + "\n\n")) ASSERT_LT(written += 10000, 200u << 20);
    EXPECT_EQ(gone.get_future().wait_for(seconds(20)), std::future_status::ready);
    EXPECT_TRUE(writer->Gone());
    const std::string all = slow.ReadToEnd();
    EXPECT_THAT(all, Not(::testing::EndsWith("0\r\n\r\n")));
}

TEST_F(ServerStreamTest, ASlowClientThatReadsOnIsToldWhyItWasDropped) {
    server.options.stream_buffer_bytes_max = 64 << 10;
    server.Start();
    RawClient slow(server.port());
    slow.Send(kGetSse);
    slow.ReadUntil("\n\n\r\n");
    const Writer writer = WriterAt(0);
    while (writer->Write("data: " + std::string(5000, 'x') + "\n\n")) {
    }
    EXPECT_THAT(slow.ReadToEnd(), ::testing::EndsWith("15\r\n: dropped: too slow\n\n\r\n"));
}

TEST_F(ServerStreamTest, ALargeDownloadKeepsItsPace) {
    server.options.stream_buffer_bytes_max = 1 << 20;
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer = client.Ask("GET /download HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.body.size(), 20000000u);
    EXPECT_EQ(answer.body.substr(19999999), std::string(1, 'a' + 199 % 26));
}

TEST_F(ServerStreamTest, AnEndlessDownloadLeavesOthersTheirTurn) {
    std::atomic<bool> enough = false;
    server.handler.handle = [&enough](const Request& request) {
        Response response;
        if (request.path != "/endless") return response;
        response.stream = [&enough](const Writer& writer) {
            while (!enough && writer->Write(std::string(50000, 'x')) && writer->WaitQueued(1 << 20, In(seconds(20)))) {
            }
            writer->Close();
        };
        return response;
    };
    server.Start();
    RawClient endless(server.port());
    endless.Send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    std::thread reading([&endless] { endless.ReadUntil("0\r\n\r\n"); });
    RawClient other(server.port());
    for (int i = 0; i < 20; ++i) EXPECT_EQ(other.Ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    enough = true;
    reading.join();
}

TEST_F(ServerStreamTest, AStreamOfKnownLengthSaysIt) {
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer = client.Ask("GET /known/200000 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.Header("Content-Length"), "200000");
    EXPECT_EQ(answer.Header("Transfer-Encoding"), "");
    EXPECT_EQ(answer.body, std::string(200'000, 'x'));
    client.Send("HEAD /known/200000 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.ReadAnswer(true).Header("Content-Length"), "200000");
    EXPECT_EQ(client.Ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").body, "ok") << "the connection is used again";
}

TEST_F(ServerStreamTest, AStreamOfAnotherLengthThanItSaidIsCut) {
    server.Start();
    for (const char* path : {"/known/199999", "/known/280000"}) {
        RawClient client(server.port());
        client.Send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        const std::string all = client.ReadToEnd();
        EXPECT_LT(std::ranges::count(all, 'x'), 200'000) << path;
    }
}

TEST_F(ServerStreamTest, AStreamThatItsProducerForgetsIsCut) {
    server.Start();
    RawClient client(server.port());
    client.Send("GET /forget HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.ReadToEnd(), Not(HasSubstr("0\r\n\r\n")));
    RawClient old(server.port());
    old.Send("GET /forget HTTP/1.0\r\n\r\n");
    old.ReadToEnd();  // by a reset: HTTP/1.0 has no other sign
}

TEST_F(ServerStreamTest, StopEndsEventStreamsAndTellsTheirProducers) {
    server.Start();
    RawClient client(server.port());
    client.Send(kGetSse);
    client.ReadUntil("\n\n\r\n");
    const Writer writer = WriterAt(0);
    std::promise<void> gone;
    writer->OnGone([&gone] { gone.set_value(); });
    std::thread stopping([this] { server.Stop(seconds(20)); });
    EXPECT_EQ(client.ReadToEnd(), "0\r\n\r\n");
    client.Close();
    EXPECT_EQ(gone.get_future().wait_for(seconds(20)), std::future_status::ready);
    stopping.join();
    EXPECT_FALSE(writer->Write("late"));
    EXPECT_FALSE(writer->WaitQueued(0, In(seconds(20))));
}

TEST_F(ServerStreamTest, FiveHundredStreamsAtOnceOfWhichSomeNeverRead) {
    constexpr size_t kClients = 500;
    server.options.stream_buffer_bytes_max = 256 << 10;
    server.Start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (size_t i = 0; i < kClients; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.port(), i % 10 == 0 ? 4096 : 0));
        clients.back()->Send(kGetSse);
    }
    WriterAt(kClients - 1);
    std::thread producer([this] {
        for (int event = 1; event <= 50; ++event) {
            for (const Writer& writer : writers_) writer->Write("data: " + std::to_string(event) + "\n\n");
        }
        for (const Writer& writer : writers_) writer->Close();
    });
    for (size_t i = 0; i < kClients; ++i) {
        if (i % 10 == 0) continue;
        const std::string body = clients[i]->ReadAnswer().body;
        EXPECT_THAT(body, ::testing::StartsWith("data: 0\n\ndata: 1\n\n"));
        EXPECT_THAT(body, ::testing::EndsWith("data: 49\n\ndata: 50\n\n"));
    }
    producer.join();
}

TEST_F(ServerStreamTest, ManyThreadsMayWriteToOneStream) {
    server.Start();
    RawClient client(server.port());
    client.Send(kGetSse);
    const Writer writer = WriterAt(0);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&writer] {
            for (int i = 0; i < 1000; ++i) writer->Write("data: x\n\n");
        });
    }
    for (std::thread& thread : threads) thread.join();
    writer->Close();
    EXPECT_EQ(client.ReadAnswer().body.size(), 4001u * 9);
}

TEST_F(ServerStreamTest, ABodyIsReadAsItArrives) {
    server.Start();
    const std::string body(5 << 20, 'b');
    RawClient chunked(server.port());
    chunked.Send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    std::thread sender([&] {
        chunked.Send("500000\r\n" + body + "\r\n");
        chunked.Send("1\r\nc\r\n0\r\n\r\n");
    });
    EXPECT_EQ(chunked.ReadAnswer().body, body + "c");
    sender.join();
    EXPECT_EQ(chunked.Ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n").body, "ok");
    EXPECT_EQ(chunked.Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").body, "");
}

TEST_F(ServerStreamTest, ABodyWaitsForItsReader) {
    // The worker reads only after the client has been held up by full buffers or has sent all: either way every byte
    // arrives.
    std::latch go(1);
    server.handler.handle = [&go](const Request& request) {
        go.wait();
        Response response;
        response.body = std::to_string(Drain(*request.body_reader, response.status).size());
        return response;
    };
    server.Start();
    RawClient client(server.port());
    std::thread sender([&] {
        client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
        client.Send(std::string(2000000, 'x'));
        go.count_down();
        client.Send(std::string(48000000, 'x'));
    });
    EXPECT_EQ(client.ReadAnswer().body, "50000000");
    sender.join();
}

TEST_F(ServerStreamTest, APackedBodyIsUnpackedInBoundedPieces) {
    server.Start();
    RawClient client(server.port());
    const std::string text(30 << 20, 'z');
    const std::string packed = ZstdCompress(text);
    EXPECT_EQ(client
                  .Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: zstd\r\nContent-Length: " +
                       std::to_string(packed.size()) + "\r\n\r\n" + packed)
                  .body,
              text);
    const RawAnswer cut =
        client.Ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: zstd\r\nContent-Length: 10\r\n\r\n" +
                   packed.substr(0, 10));
    EXPECT_EQ(cut.status, 400);
}

TEST_F(ServerStreamTest, ABodyThatBreaksOffIsAnErrorOfItsReader) {
    std::promise<std::string> fault;
    server.handler.handle = [&fault](const Request& request) {
        Response response;
        fault.set_value(Drain(*request.body_reader, response.status));
        return response;
    };
    server.Start();
    RawClient client(server.port());
    client.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    client.Close();
    EXPECT_THAT(fault.get_future().get(), HasSubstr("ended before the body"));
}

TEST_F(ServerStreamTest, ABrokenChunkIsAnErrorOfItsReader) {
    server.Start();
    RawClient client(server.port());
    const RawAnswer answer =
        client.Ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("broken chunk"));
    EXPECT_EQ(answer.Header("connection"), "close");
}

TEST_F(ServerStreamTest, AnAnswerBeforeTheBodysEndEndsTheConnection) {
    server.Start();
    RawClient client(server.port());
    client.Send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\nbegin");
    const RawAnswer answer = client.ReadAnswer();
    EXPECT_EQ(answer.body, "ok");
    EXPECT_EQ(answer.Header("connection"), "close");
}

TEST_F(ServerStreamTest, AStalledBodyIsATimeout) {
    server.options.body_stall_timeout = seconds(1);
    server.Start();
    RawClient streamed(server.port());
    RawClient whole(server.port());
    streamed.Send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    whole.Send("POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    EXPECT_EQ(streamed.ReadAnswer().status, 408);
    EXPECT_EQ(whole.ReadAnswer().status, 408);
}

}  // namespace
}  // namespace dagy::net
