#include "net/sse.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.h"

namespace dagy::net {
namespace {

std::vector<SseEvent> ParseInPieces(std::string_view text, size_t piece) {
    std::vector<SseEvent> events;
    SseParser parser;
    for (size_t at = 0; at < text.size(); at += piece)
        parser.Feed(text.substr(at, piece), [&](const SseEvent& event) { events.push_back(event); });
    return events;
}

TEST(SseTest, FormatsAllFields) {
    EXPECT_EQ(FormatSse({.id = "7", .event = "text", .data = "a\nb", .retry_ms = 500}),
              "id: 7\nevent: text\nretry: 500\ndata: a\ndata: b\n\n");
    EXPECT_EQ(FormatSse({.data = ""}), "data: \n\n");
    EXPECT_EQ(SseComment("still\nhere"), ": stillhere\n\n");
}

TEST(SseTest, NeitherIdNorNameNorDataCanForgeAField) {
    EXPECT_EQ(FormatSse({.id = "1\ndata: x", .event = "e\rid: 9", .data = "a\rid: 3\r\nb"}),
              "id: 1data: x\nevent: eid: 9\ndata: a\ndata: id: 3\ndata: b\n\n");
}

TEST(SseTest, ParsesWhereverTheStreamIsCut) {
    const std::string text =
        "\xEF\xBB\xBF: hello\n\nid: 1\nevent: text\ndata: a\r\ndata:b\r\rretry: 250\nid\ndata\n\nevent: lost\n\ndata:  "
        "two\n\nid: 9\ndata: cut";
    for (size_t piece = 1; piece <= text.size(); ++piece) {
        const auto events = ParseInPieces(text, piece);
        ASSERT_EQ(events.size(), 3u) << piece;
        EXPECT_EQ(events[0].id, "1");
        EXPECT_EQ(events[0].event, "text");
        EXPECT_EQ(events[0].data, "a\nb");
        EXPECT_EQ(events[1].id, "");
        EXPECT_EQ(events[1].data, "");
        EXPECT_EQ(events[1].retry_ms, 250);
        EXPECT_EQ(events[2].event, "");
        EXPECT_EQ(events[2].data, " two");
    }
}

TEST(SseTest, WhatIsFormattedIsParsed) {
    const std::string data = "{\"x\": 1}\n\n  indented: yes\n";
    const auto events = ParseInPieces(FormatSse({.id = "5", .event = "e", .data = data}), 3);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].data, data);
}

TEST(SseTest, AnEndlessEventIsRefused) {
    SseParser parser(1000);
    const auto ignore = [](const SseEvent&) {};
    parser.Feed("data: " + std::string(900, 'x'), ignore);
    EXPECT_THROW(parser.Feed(std::string(900, 'x'), ignore), Error);
}

}  // namespace
}  // namespace dagy::net
