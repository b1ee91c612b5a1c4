#include "diagnose/advise/template.h"

#include <gtest/gtest.h>

#include "diagnose/advise/extract.h"

namespace dagy::diagnose {
namespace {

TEST(TemplateTest, FillsWhatIsKnownAndLeavesOutLinesWithHoles) {
    const Words words{{"host", "db.example"}, {"port", "5432"}, {"empty", ""}};
    EXPECT_EQ(Fill("nc -vz {host} {port}", words), "nc -vz db.example 5432");
    EXPECT_EQ(Fill("{host} {table}", words), std::nullopt);
    EXPECT_EQ(Fill("{empty}", words), std::nullopt);
    EXPECT_EQ(Fill("{{{{ ds }}}} {{x}}", words), "{{ ds }} {x}");
    EXPECT_EQ(FillLines(json::parse(R"(["a {table}", ["b {table}", "b {host}"], "c"])"), words),
              (std::vector<std::string>{"b db.example", "c"}));
}

TEST(TemplateTest, QuotesForAShellWhatAShellWouldRead) {
    EXPECT_EQ(ShellQuoted("sales.daily-1"), "sales.daily-1");
    EXPECT_EQ(ShellQuoted("a b"), "'a b'");
    EXPECT_EQ(ShellQuoted("it's; rm -rf /"), "'it'\\''s; rm -rf /'");
    EXPECT_EQ(ShellQuoted(""), "''");
    EXPECT_EQ(Fill("x {dag|sh}", {{"dag", "$(reboot)"}}), "x '$(reboot)'");
}

TEST(TemplateTest, AValueIsNeverReadAsATemplate) {
    EXPECT_EQ(Fill("{message}", {{"message", "{host} {{"}}), "{host} {{");
}

struct Named {
    const char *text, *name, *value;
};

class ExtractTest : public ::testing::TestWithParam<Named> {};

TEST_P(ExtractTest, FindsTheName) {
    Words words;
    ExtractWords(GetParam().text, words);
    EXPECT_EQ(words[GetParam().name], GetParam().value) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Wordings, ExtractTest,
    ::testing::Values(
        Named{"HTTPConnection(host='feed.invalid', port=15605): Failed to resolve 'feed.invalid'", "host",
              "feed.invalid"},
        Named{"HTTPConnection(host='feed.invalid', port=15605): x", "port", "15605"},
        Named{"connection to server at \"127.0.0.1\", port 5432 failed: Connection refused", "port", "5432"},
        Named{"503 Server Error: Service Unavailable for url: http://api.local:81/v1", "status", "503"},
        Named{"503 Server Error: Service Unavailable for url: http://api.local:81/v1", "url", "http://api.local:81/v1"},
        Named{"relation \"orders_v2\" does not exist", "table", "orders_v2"},
        Named{"column \"net_total\" does not exist", "column", "net_total"},
        Named{"duplicate key value violates unique constraint \"v_pkey\"", "constraint", "v_pkey"},
        Named{"DETAIL:  Key (code)=(A-17) already exists.", "key_values", "A-17"},
        Named{"No module named 'shapely'", "module", "shapely"},
        Named{"name 'rations' is not defined", "name", "rations"},
        Named{"[Errno 2] No such file or directory: '/data/in/a b.csv'", "path", "/data/in/a b.csv"},
        Named{"bash: line 1: gtfs-validator: command not found", "command", "gtfs-validator"},
        Named{"Read timed out. (read timeout=5)", "timeout", "5"},
        Named{"password authentication failed for user \"lims\"", "user", "lims"},
        Named{"'utf-8' codec can't decode byte 0xe4", "encoding", "utf-8"}));

TEST(ExtractTest2, WordsThatAreThereStay) {
    Words words{{"host", "known"}};
    ExtractWords("host='other', port=1", words);
    EXPECT_EQ(words["host"], "known");
}

}  // namespace
}  // namespace dagy::diagnose
