#include "net/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <stop_token>
#include <thread>

#include "base/error.h"
#include "net/test_server.h"

namespace dagy::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ClientTest : public ::testing::Test {
  protected:
    ClientTest() {
        server.handler.handle = [](const Request& request) {
            Response response;
            response.headers = {{"X-Method", request.method},
                                {"X-Type", request.Header("content-type").value_or("none")},
                                {"X-Empty", request.Header("x-empty").value_or("none")}};
            response.body = request.body;
            if (request.path == "/fault") {
                response.status = 500;
                response.body = "why";
            }
            if (request.path == "/stream") {
                response.stream = [](const std::shared_ptr<StreamWriter>& writer) {
                    for (int i = 0; i < 100; ++i) writer->Write(std::string(1000, static_cast<char>('a' + i % 26)));
                    writer->Close();
                };
            }
            if (request.path == "/cut") {
                response.stream = [](const std::shared_ptr<StreamWriter>& writer) {
                    writer->Write("half");
                    writer->WaitQueued(0, std::chrono::steady_clock::now() + std::chrono::seconds(10));
                    writer->Abort();
                };
            }
            return response;
        };
        server.handler.route = [](const Request&) { return RouteInfo{.body_bytes_max = 10 << 20}; };
        server.Start();
    }

    static std::string HeaderOf(const ClientResponse& response, std::string_view name) {
        for (const auto& [key, value] : response.headers) {
            if (key == name) return value;
        }
        return {};
    }

    static Error ErrorOf(const ClientRequest& request) {
        try {
            Fetch(request);
        } catch (const Error& error) {
            return error;
        }
        throw std::runtime_error("no error");
    }

    TestServer server;
};

TEST_F(ClientTest, SendsEveryMethodAndBody) {
    const std::string body(3 << 20, 'x');
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
        const ClientResponse response = Fetch({.method = method, .url = server.Url("/"), .body = body});
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(HeaderOf(response, "x-method"), method);
        EXPECT_EQ(HeaderOf(response, "x-type"), "none");
        EXPECT_EQ(response.body, body);
    }
    EXPECT_EQ(Fetch({.method = "POST", .url = server.Url("/")}).body, "");
    EXPECT_EQ(HeaderOf(Fetch({.method = "HEAD", .url = server.Url("/")}), "x-method"), "HEAD");
}

TEST_F(ClientTest, SendsHeadersAlsoEmptyOnes) {
    const auto response = Fetch({.url = server.Url("/"), .headers = {{"Content-Type", "text/x"}, {"X-Empty", ""}}});
    EXPECT_EQ(HeaderOf(response, "x-type"), "text/x");
    EXPECT_EQ(HeaderOf(response, "x-empty"), "");
    EXPECT_EQ(ErrorOf({.url = server.Url("/"), .headers = {{"X-A", "1\r\nX-B: 2"}}}).code(), ErrorCode::kInvalidInput);
}

TEST_F(ClientTest, AnErrorStatusIsAnAnswer) {
    EXPECT_EQ(Fetch({.url = server.Url("/fault")}).status, 500);
    const auto response = FetchStream({.url = server.Url("/fault")}, [](std::string_view) { return false; });
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, "why");
}

TEST_F(ClientTest, HandsAStreamOverAndStopsWhenTold) {
    std::string got;
    EXPECT_EQ(FetchStream({.url = server.Url("/stream")},
                          [&](std::string_view bytes) { return got.append(bytes).size() > 0; })
                  .status,
              200);
    EXPECT_EQ(got.size(), 100000u);
    int calls = 0;
    EXPECT_EQ(FetchStream({.url = server.Url("/stream")}, [&](std::string_view) { return ++calls < 1; }).status, 200);
    EXPECT_EQ(calls, 1);
    EXPECT_THROW(
        FetchStream({.url = server.Url("/stream")}, [](std::string_view) -> bool { throw std::runtime_error("mine"); }),
        std::runtime_error);
}

TEST_F(ClientTest, AnAnswerThatIsCutIsAnError) {
    EXPECT_EQ(ErrorOf({.url = server.Url("/cut")}).code(), ErrorCode::kUnavailable);
}

TEST_F(ClientTest, AnAnswerOverTheLimitIsAnError) {
    EXPECT_EQ(
        ErrorOf({.method = "POST", .url = server.Url("/"), .body = std::string(2000, 'x'), .body_bytes_max = 1999})
            .code(),
        ErrorCode::kTooLarge);
    EXPECT_EQ(Fetch({.method = "POST", .url = server.Url("/"), .body = std::string(2000, 'x'), .body_bytes_max = 2000})
                  .body.size(),
              2000u);
}

TEST_F(ClientTest, NobodyThereIsUnavailableAndTellsNoSecrets) {
    const uint16_t port = server.port();
    server.Stop();
    const Error error =
        ErrorOf({.url = "http://user:pass@127.0.0.1:" + std::to_string(port) + "/hook/secret?token=secret"});
    EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
    EXPECT_THAT(error.detail(), HasSubstr("http://127.0.0.1:" + std::to_string(port)));
    EXPECT_THAT(error.detail(), Not(HasSubstr("secret")));
    EXPECT_THAT(error.detail(), Not(HasSubstr("pass")));
}

TEST_F(ClientTest, SilenceIsATimeout) {
    TestServer silent;
    std::promise<void> release;
    silent.handler.handle = [&release](const Request&) {
        release.get_future().wait();
        return Response{};
    };
    silent.Start();
    EXPECT_EQ(ErrorOf({.url = silent.Url("/"), .timeout = std::chrono::milliseconds(50)}).code(), ErrorCode::kTimeout);
    release.set_value();
}

TEST_F(ClientTest, OneThatIsToldToStopDoesNotWaitForAnAnswer) {
    TestServer silent;
    std::promise<void> asked, release;
    silent.handler.handle = [&](const Request&) {
        asked.set_value();
        release.get_future().wait();
        return Response{};
    };
    silent.Start();
    std::stop_source stop;
    std::jthread stopper([&] {
        asked.get_future().wait();
        stop.request_stop();
    });
    EXPECT_EQ(
        ErrorOf({.url = silent.Url("/"), .timeout = std::chrono::milliseconds(0), .stop = stop.get_token()}).code(),
        ErrorCode::kTimeout);
    release.set_value();
}

TEST_F(ClientTest, HeadersOverTheLimitAreAnError) {
    TestServer wordy;
    wordy.handler.handle = [](const Request&) {
        Response response;
        for (int i = 0; i < 50; ++i) response.headers.emplace_back("X-More", std::string(100, 'x'));
        return response;
    };
    wordy.Start();
    EXPECT_EQ(ErrorOf({.url = wordy.Url("/"), .header_bytes_max = 5000}).code(), ErrorCode::kTooLarge);
    EXPECT_EQ(Fetch({.url = wordy.Url("/"), .header_bytes_max = 10000}).status, 200);
}

TEST_F(ClientTest, BadUrlsAreNamed) {
    for (const char* url : {"", "no url", "ftp://127.0.0.1/", "file:///etc/passwd", "http://"})
        EXPECT_EQ(ErrorOf({.url = url}).code(), ErrorCode::kInvalidInput) << url;
}

}  // namespace
}  // namespace dagy::net
