#include "search/snippet.h"

#include <gtest/gtest.h>

#include "search/query.h"

namespace dagy::search {
namespace {

/// The snippet with its highlights in brackets, code point by code point.
std::string Shown(const Snippet& snippet) {
    std::string shown;
    size_t character = 0, byte = 0, range = 0;
    const auto mark = [&] {
        if (range == snippet.highlights.size()) return;
        if (character == snippet.highlights[range].first) shown += '[';
        if (character == snippet.highlights[range].second) shown += ']', ++range;
    };
    while (byte < snippet.text.size()) {
        mark();
        do shown += snippet.text[byte++];
        while (byte < snippet.text.size() && (snippet.text[byte] & 0xc0) == 0x80);
        ++character;
    }
    mark();
    return shown;
}

std::string Cut(std::string_view query, std::string_view text, std::string_view hit) {
    const size_t at = text.find(hit);
    EXPECT_NE(at, std::string_view::npos);
    return Shown(SnippetCutter(ParseQuery(query).query.rows).Cut(text, at, hit.size()));
}

TEST(SnippetTest, MarksEveryMatchInCodePoints) {
    EXPECT_EQ(Cut("málaga id", "id 7 für MÁLAGA (Málaga, ID 8)", "MÁLAGA"), "[id] 7 für [MÁLAGA] ([Málaga], [ID] 8)");
    EXPECT_EQ(Cut("=id", "idea id", "id"), "[id]ea [id]") << "the hit itself and the whole words";
    EXPECT_EQ(Cut("/\\d+ms/ took", "took 12ms and 7ms", "took"), "[took] [12ms] and [7ms]");
    EXPECT_EQ(Cut("aa a", "aaa", "aa"), "[aaa]");
    EXPECT_EQ(Cut("-x /y*/", "zzz", ""), "zzz");
}

TEST(SnippetTest, ShowsTheLineOfTheHit) {
    EXPECT_EQ(Cut("boom", "Traceback:\n  File \"a.py\"\n\tKeyError: boom  \nend", "boom"), "KeyError: [boom]");
    EXPECT_EQ(Cut("boom", "a\tboom\r\nb", "boom"), "a [boom]");
}

TEST(SnippetTest, LongLinesAreCutAroundTheHit) {
    const std::string text = std::string(5000, 'a') + " ü needle " + std::string(5000, 'b');
    const Snippet snippet = SnippetCutter(ParseQuery("needle").query.rows).Cut(text, text.find("needle"), 6);
    EXPECT_TRUE(snippet.text.starts_with("…a") && snippet.text.ends_with("b…"));
    EXPECT_LT(snippet.text.size(), 260U);
    EXPECT_TRUE(Shown(snippet).contains("ü [needle] b"));
    const std::string end = std::string(5000, 'a') + " needle";
    EXPECT_EQ(SnippetCutter(ParseQuery("needle").query.rows).Cut(end, 5001, 6).text,
              "…" + std::string(233, 'a') + " needle");
    EXPECT_EQ(FirstCharacters("ab\n\ncäd", 4), "ab c…");
    EXPECT_EQ(FirstCharacters("abcä", 4), "abcä");
}

}  // namespace
}  // namespace dagy::search
