#include "api/api_fixture.h"

namespace dagy::api {
namespace {

class ArtifactTest : public ApiTest {
  protected:
    json::array List(const std::string& query = {}) {
        return Get(RunPath("/artifacts" + query)).at("items").as_array();
    }
    std::string Url(const std::string& kind, const std::string& query = {}) {
        return StringOr(Get(RunPath("/artifacts/" + kind + query)), "url");
    }
    /// As nobody: the URL is the grant.
    net::Response Fetch(const std::string& url, const std::string& range = {}) {
        net::Request request = Request("GET", url);
        if (!range.empty()) request.headers.emplace_back("range", range);
        return Ask(std::move(request), "");
    }
    static std::string Streamed(const net::Response& response) {
        const auto writer = std::make_shared<TestWriter>();
        response.stream(writer);
        std::string bytes = writer->WaitEnd();
        EXPECT_TRUE(writer->whole());
        return bytes;
    }
    static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
        EXPECT_TRUE(text.contains(from)) << text;
        return text.replace(text.find(from), from.size(), to);
    }
};

TEST_F(ArtifactTest, EveryObjectOfARunIsListedWithItsUrl) {
    const json::array items = List();
    std::vector<std::string> kinds;
    for (const json::value& item : items) {
        kinds.emplace_back(item.at("kind").as_string());
        EXPECT_TRUE(objects_->Stat(std::string(item.at("path").as_string()))) << item;
        EXPECT_GT(item.at("size").as_int64(), 0);
        EXPECT_TRUE(item.at("modified_at").is_string());
        EXPECT_EQ(item.at("expires_at").as_string(), "2026-11-20T10:05:00.000000Z");
    }
    for (const char* kind : {"extract-data", "extract-errors", "extract-logs"})
        EXPECT_TRUE(std::ranges::find(kinds, kind) != kinds.end()) << kind;
    EXPECT_EQ(List("?limit=1&page=1").size(), 1U);
    EXPECT_TRUE(List("?limit=1&page=900").empty());
}

TEST_F(ArtifactTest, AUrlGivesTheBytesToWhoeverHasIt) {
    const json::object artifact = Get(RunPath("/artifacts/extract-logs"));
    EXPECT_EQ(IntOr(artifact, "rows", 0), 120);
    EXPECT_EQ(IntOr(artifact, "expires_in", 0), 300);
    const net::Response answer = Fetch(StringOr(artifact, "url"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "application/vnd.apache.parquet");
    EXPECT_EQ(answer.body, objects_->Get(StringOr(artifact, "path")));
    EXPECT_TRUE(answer.body.starts_with("PAR1"));
}

TEST_F(ArtifactTest, AUrlExpires) {
    const std::string url = Url("extract-logs", "?expires_in=60");
    clock_.Set(clock_.Now() + std::chrono::seconds(60));
    EXPECT_EQ(Fetch(url).status, 200) << "to its last second";
    clock_.Set(clock_.Now() + std::chrono::seconds(1));
    const json::object problem = ExpectProblem(Fetch(url), 403, "url_not_valid");
    EXPECT_TRUE(StringOr(problem, "detail").contains("expired"));
}

TEST_F(ArtifactTest, AUrlCannotBeBent) {
    const std::string url = Url("extract-logs");
    ExpectProblem(Fetch(Replaced(url, "logs_000", "errors_000")), 403, "url_not_valid");
    ExpectProblem(Fetch(Replaced(url, "expires=1", "expires=2")), 403, "url_not_valid");
    ExpectProblem(Fetch(Replaced(url, "signature=", "signature=0")), 403, "url_not_valid");
    ExpectProblem(Fetch(Replaced(url, "org%3D", "..%2F..%2Forg%3D")), 403, "url_not_valid");
    ExpectProblem(Fetch(url.substr(0, url.find("&signature"))), 422, "invalid_input");
    const std::string key = url.substr(0, url.find('?'));
    ExpectProblem(Fetch(key + "?expires=99999999999&signature=" + std::string(64, '0')), 403, "url_not_valid");
    ExpectProblem(Ask("GET", key + "?expires=99999999999&signature=x"), 403, "url_not_valid");
    ExpectProblem(Ask("POST", url), 405, "method_not_allowed");
}

/// Any other key, organization, time or signature: no character of a URL can be another one.
TEST_F(ArtifactTest, NoCharacterOfAUrlCanBeAnotherOne) {
    const std::string url = Url("extract-logs");
    for (size_t i = 1; i < url.size(); ++i) {
        if (isalnum(static_cast<unsigned char>(url[i])) == 0) continue;
        std::string bent = url;
        bent[i] = url[i] == '1' ? '2' : '1';
        const int status = Fetch(bent).status;
        EXPECT_TRUE(status == 403 || status == 404 || status == 422) << status << " for " << bent;
    }
    for (const char* method : {"PUT", "POST", "DELETE", "PATCH"})
        ExpectProblem(Ask(Request(method, url), ""), 405, "method_not_allowed");
    EXPECT_EQ(Fetch(url).status, 200);
}

TEST_F(ArtifactTest, ARangeOfAnObject) {
    const json::object artifact = Get(RunPath("/artifacts/extract-logs"));
    const std::string url = StringOr(artifact, "url"), all = objects_->Get(StringOr(artifact, "path"));
    const net::Response tail = Fetch(url, "bytes=-4");
    EXPECT_EQ(tail.status, 206);
    EXPECT_EQ(tail.body, "PAR1");
    EXPECT_EQ(HeaderOf(tail, "Content-Range"), "bytes " + std::to_string(all.size() - 4) + "-" +
                                                   std::to_string(all.size() - 1) + "/" + std::to_string(all.size()));
    const net::Response beyond = Fetch(url, "bytes=99999999-");
    ExpectProblem(beyond, 416, "range_not_satisfiable");
    EXPECT_EQ(HeaderOf(beyond, "Content-Range"), "bytes */" + std::to_string(all.size()));
}

TEST_F(ArtifactTest, ABigObjectIsStreamed) {
    std::string big(size_t{5} << 20, '\0');
    for (size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 7 + i / 1000);
    objects_->Put("big/one.parquet", big);
    const std::string url = objects_->Presign("big/one.parquet", clock_.Now() + std::chrono::seconds(9));
    EXPECT_EQ(Fetch(url).stream_bytes, big.size());
    EXPECT_EQ(Streamed(Fetch(url)), big);
    const net::Response part = Fetch(url, "bytes=1000-3000000");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.stream_bytes, 2'999'001U);
    EXPECT_EQ(Streamed(part), big.substr(1000, 2'999'001));
}

TEST_F(ArtifactTest, WhatIsNotThereIsSaid) {
    ExpectProblem(Ask("GET", RunPath("/artifacts/extract-nonsense")), 422, "invalid_input");
    ExpectProblem(Ask("GET", RunPath("/artifacts/logs")), 422, "invalid_input");
    ExpectProblem(Ask("GET", RunPath("/artifacts/-logs")), 422, "invalid_input");
    const json::object none = ExpectProblem(Ask("GET", RunPath("/artifacts/nope-logs")), 404, "not_found");
    EXPECT_TRUE(StringOr(none, "detail").contains("extract-logs"));
    const json::object chunk = ExpectProblem(Ask("GET", RunPath("/artifacts/extract-logs?chunk=1")), 404, "not_found");
    EXPECT_TRUE(StringOr(chunk, "detail").contains("1 chunk"));
    ExpectProblem(Ask("GET", RunPath("/artifacts/extract-logs?attempt=2")), 404, "not_found");
    ExpectProblem(Ask("GET", RunPath("/artifacts/event-event")), 404, "not_found");
    for (const char* query : {"?expires_in=0", "?expires_in=86401", "?attempt=0", "?chunk=-1"})
        ExpectProblem(Ask("GET", RunPath(std::string("/artifacts/extract-logs") + query)), 422, "invalid_input");
}

TEST_F(ArtifactTest, AMissingObjectIs502AndTheOthersWork) {
    const std::string path = StringOr(Get(RunPath("/artifacts/extract-logs")), "path");
    objects_->Delete(path);
    const json::object problem = ExpectProblem(Ask("GET", RunPath("/artifacts/extract-logs")), 502, "storage_failed");
    EXPECT_TRUE(StringOr(problem, "detail").contains(path));
    EXPECT_FALSE(Url("extract-errors").empty());
    bool listed = false;
    for (const json::value& item : List()) {
        if (item.at("path").as_string() != path) continue;
        listed = true;
        EXPECT_TRUE(item.at("url").is_null() && item.at("modified_at").is_null());
    }
    EXPECT_TRUE(listed);
}

TEST_F(ArtifactTest, AnotherOrganizationHasNoSuchRun) {
    ExpectProblem(Ask(Request("GET", RunPath("/artifacts")), other_key_), 404, "not_found");
    ExpectProblem(Ask(Request("GET", RunPath("/artifacts/extract-logs")), other_key_), 404, "not_found");
    ExpectProblem(Ask(Request("GET", RunPath("/artifacts")), ""), 401, "unauthorized");
}

}  // namespace
}  // namespace dagy::api
