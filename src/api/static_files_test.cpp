#include "api/static_files.h"

#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class StaticFilesTest : public ApiTest {
  protected:
    StaticFilesTest() {
        ui_ = StaticFiles(
            {{"/index.html", {.bytes = "<html>", .content_type = "text/html; charset=utf-8", .etag = "\"i1\""}},
             {"/assets/app-1a.js",
              {.bytes = "plain",
               .content_type = "text/javascript",
               .etag = "\"a1\"",
               .gzip = "zipped",
               .brotli = "brotli",
               .immutable = true}}});
    }
    net::Response Browse(const std::string& target,
                         std::vector<std::pair<std::string, std::string>> headers = {{"accept", "text/html,*/*"}}) {
        net::Request request = Request("GET", target);
        request.headers = std::move(headers);
        return api().Handle(std::move(request));
    }
};

TEST_F(StaticFilesTest, RootAndPagesOfTheUiAreTheIndex) {
    for (const std::string target : {"/", "/index.html", "/login", "/ui/dags/sales/runs/1"}) {
        const net::Response response = Browse(target);
        ASSERT_TRUE(response.static_body.has_value()) << target;
        EXPECT_EQ(*response.static_body, "<html>");
        EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-cache");
        EXPECT_TRUE(HeaderOf(response, "Content-Security-Policy").contains("script-src 'self';"));
    }
}

TEST_F(StaticFilesTest, HashedAssetsAreKeptForEverAndComeCompressed) {
    EXPECT_EQ(*Browse("/assets/app-1a.js", {}).static_body, "plain");
    EXPECT_TRUE(HeaderOf(Browse("/assets/app-1a.js", {}), "Cache-Control").contains("immutable"));
    EXPECT_EQ(*Browse("/assets/app-1a.js", {{"accept-encoding", "gzip, deflate"}}).static_body, "zipped");
    EXPECT_EQ(*Browse("/assets/app-1a.js", {{"accept-encoding", "gzip, br"}}).static_body, "brotli");
    EXPECT_EQ(Browse("/assets/app-1a.js", {{"if-none-match", "\"a1\""}}).status, 304);
}

TEST_F(StaticFilesTest, WhatIsNoPageIsAProblem) {
    ExpectProblem(Browse("/assets/gone-2b.js"), 404, "not_found");
    ExpectProblem(Browse("/api/v1/nowhere"), 404, "not_found");
    ExpectProblem(Browse("/organizations/x"), 404, "not_found");
    ExpectProblem(Browse("/login", {{"accept", "application/json"}}), 404, "not_found");
}

}  // namespace
}  // namespace dagy::api
