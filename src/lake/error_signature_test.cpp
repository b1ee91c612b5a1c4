#include "lake/error_signature.h"

#include <gtest/gtest.h>

#include "lake/user_code.h"

namespace dagy::lake {
namespace {

constexpr std::string_view kTrace = R"(Traceback (most recent call last):
  File "/opt/airflow/dags/sales.py", line 31, in load
    rows = fetch(day)
  File "/opt/airflow/plugins/shop/http.py", line 12, in fetch
    return requests.get(url).json()
  File "/usr/lib/python3.12/site-packages/requests/models.py", line 1024, in raise_for_status
    raise HTTPError(http_error_msg, response=self)
requests.exceptions.HTTPError: 502 Server Error: Bad Gateway for url: http://shop:1/points?day=2026-11-19)";

model::ErrorRow Error(std::string type, std::string title, std::string traceback = std::string(kTrace)) {
    return {.error_type = std::move(type), .error_title = std::move(title), .traceback = std::move(traceback)};
}

std::string Replaced(std::string_view text, std::string_view from, std::string_view to) {
    std::string done(text);
    done.replace(done.find(from), from.size(), to);
    return done;
}

const model::ErrorRow kBadGateway = Error("requests.exceptions.HTTPError",
                                          "502 Server Error: Bad Gateway for url: http://shop:1/points?day=2026-11-19");

TEST(ErrorSignatureTest, IsTheSameOverRunsDagsAndVersions) {
    const std::string one = ErrorSignature(kBadGateway);
    EXPECT_EQ(one.size(), 16U);
    model::ErrorRow other = kBadGateway;
    other.error_title = "502 Server Error: Bad Gateway for url: https://shop.example.com/points?day=2026-11-20";
    EXPECT_EQ(ErrorSignature(other), one) << "values of the message";
    other.error_type = "HTTPError";
    EXPECT_EQ(ErrorSignature(other), one) << "how the class is written";
    other.traceback = Replaced(Replaced(kTrace, "line 12", "line 99"), "/opt/airflow/plugins", "/srv/v2");
    EXPECT_EQ(ErrorSignature(other), one) << "another version at another place";
    other.traceback = Replaced(kTrace, "dags/sales.py\", line 31, in load", "dags/returns.py\", line 8, in read");
    EXPECT_EQ(ErrorSignature(other), one) << "another dag that calls the same code";
}

TEST(ErrorSignatureTest, TellsDifferentErrorsApart) {
    const std::string one = ErrorSignature(kBadGateway);
    model::ErrorRow other = kBadGateway;
    other.error_title = "404 Client Error: Not Found for url: http://shop:1/points?day=2026-11-19";
    EXPECT_NE(ErrorSignature(other), one);
    other = kBadGateway;
    other.error_type = "ConnectionError";
    EXPECT_NE(ErrorSignature(other), one);
    other = kBadGateway;
    other.traceback = Replaced(kTrace, "in fetch", "in push");
    EXPECT_NE(ErrorSignature(other), one);
    EXPECT_NE(ErrorSignature(Error("KeyError", "'day'")), ErrorSignature(Error("KeyError", "'region'")));
}

TEST(ErrorSignatureTest, NumbersThatSayWhatWentWrongCount) {
    const auto differ = [](std::string_view a, std::string_view b) { return MessageShape(a) != MessageShape(b); };
    EXPECT_TRUE(differ("[Errno 2] cannot open", "[Errno 28] cannot open"));
    EXPECT_TRUE(
        differ("the command returned a non-zero exit code 127.", "the command returned a non-zero exit code 1."));
    EXPECT_TRUE(differ("answered with status: 503", "answered with status: 404"));
    EXPECT_TRUE(differ("refused (SQLSTATE 23505)", "refused (SQLSTATE 42P01)"));
    EXPECT_FALSE(differ("got s3://a/b?c=1, failed", "got https://x.y:1/z failed"));
    EXPECT_FALSE(differ("row 17 of 20 is bad", "row 18 of 400 is bad"));
    EXPECT_FALSE(differ("task 12 ended with exit code 1", "task 13 ended with exit code 1"));
    EXPECT_FALSE(differ("error 20261119000017 in batch", "error 20261120000018 in batch"));
    EXPECT_FALSE(differ("pod etl-7f9c4d was evicted", "pod etl-5b2d1e was evicted"));
}

TEST(ErrorSignatureTest, ReadsWhatTheRecordLacksFromItsTraceback) {
    const auto bare = [](std::string traceback) { return ErrorSignature(Error("", "", std::move(traceback))); };
    EXPECT_EQ(bare(std::string(kTrace)), ErrorSignature(kBadGateway));
    EXPECT_EQ(bare(""), "");
    const std::string jvm =
        "java.lang.IllegalStateException: batch 17 is empty\n\tat java.util.List.get(List.java:4)\n"
        "\tat com.shop.Load.run(Load.scala:12)\n\tat com.shop.Main.main(Main.scala:3)";
    EXPECT_EQ(bare(jvm), ErrorSignature({.type = "IllegalStateException",
                                         .file = "Load.scala",
                                         .function = "com.shop.Load.run",
                                         .message = "batch 99 is empty"}));
}

TEST(UserCodeTest, IsNotALibrarys) {
    EXPECT_TRUE(IsUserFile("/opt/airflow/dags/sales.py"));
    EXPECT_FALSE(IsUserFile("/usr/lib/python3.12/json/decoder.py"));
    EXPECT_FALSE(IsUserFile("/x/site-packages/pandas/core/frame.py"));
    EXPECT_FALSE(IsUserFile(""));
    EXPECT_TRUE(IsUserMethod("com.shop.Load.run"));
    EXPECT_FALSE(IsUserMethod("org.apache.spark.sql.Dataset.collect"));
    EXPECT_FALSE(IsUserMethod("java.base/java.lang.Thread.run"));
}

}  // namespace
}  // namespace dagy::lake
