#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace dagy::cli {
namespace {

TEST(TerminalTest, ControlsAreShown) {
    EXPECT_EQ(Terminal::Safe("\x1b[2Jred\a\b\r\n\tend\x7f"), "^[[2Jred^G^H\n\tend");
    EXPECT_EQ(Terminal::Safe(std::string_view("\0", 1)), "^@");
}

TEST(TerminalTest, ControlsOfTheSecondKindAreShown) {
    EXPECT_EQ(Terminal::Safe("\u009b31m"), "<U+009B>31m");
    EXPECT_EQ(Terminal::Safe("a\u0080\u009f\u00a0z"), "a<U+0080><U+009F>\u00a0z");
}

TEST(TerminalTest, TheDirectionOfWritingStays) {
    EXPECT_EQ(Terminal::Safe("\u202egpj.exe\u2066\u200f\u061c"), "<U+202E>gpj.exe<U+2066><U+200F><U+061C>");
}

TEST(TerminalTest, WordsOfEveryScriptStay) {
    for (const std::string_view text : {"заказы", "注文 🚚 é — “x”", "שלום", ""}) EXPECT_EQ(Terminal::Safe(text), text);
}

TEST(TerminalTest, ATextThatIsCutIsNoFault) {
    for (const std::string_view cut : {"\xe2", "\xe2\x80", "\xc2", "\xd8"}) EXPECT_EQ(Terminal::Safe(cut), cut);
}

}  // namespace
}  // namespace dagy::cli
